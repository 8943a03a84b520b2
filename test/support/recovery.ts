// Recovery codes as a tenant gets them: with a fresh proof of the user's authenticator.
import { call, type Answer, type EnrolledUser } from './api.js';
import { MINUTE, tally, type Stage } from './stage.js';

export interface CodeSet {
  readonly id: string;
  readonly codes: readonly string[];
}

/** An assertion for the header `Step-Up`. Moves the clock on by a minute, so that the code is unused. */
export async function stepUp(stage: Stage, user: EnrolledUser, action: string): Promise<string> {
  await stage.later(MINUTE);
  const answer = await stage.post(`/v1/users/${user.userId}/verify`, { code: stage.right(user), action });
  if (answer.status !== 200) throw new Error(`no step-up: ${answer.status} ${answer.text}`);
  return (answer.json() as { assertion: string }).assertion;
}

export function askForCodes(stage: Stage, userId: string, assertion?: string): Promise<Answer> {
  const path = `/v1/users/${userId}/factors/recovery-codes`;
  const headers = assertion === undefined ? {} : { 'step-up': assertion };
  return call(stage.service.url, { method: 'POST', path, token: stage.token, headers });
}

export async function codesOf(stage: Stage, user: EnrolledUser): Promise<CodeSet> {
  const answer = await askForCodes(stage, user.userId, await stepUp(stage, user, 'factors.regenerate'));
  if (answer.status !== 201) throw new Error(`no recovery codes: ${answer.status} ${answer.text}`);
  return answer.json() as CodeSet;
}

/** A code with the same selector and another secret. */
export function wrongSecret(code: string): string {
  return code.slice(0, -1) + (code.endsWith('Z') ? 'Y' : 'Z');
}

/** A code whose selector is not in the set. */
export function wrongSelector({ codes }: CodeSet): string {
  const [first = ''] = codes;
  for (let number = 0; ; number += 1) {
    const code = String(number).padStart(3, '0') + first.slice(3);
    if (!codes.some((one) => one.startsWith(code.slice(0, 3)))) return code;
  }
}

export interface Owner extends EnrolledUser {
  readonly set: CodeSet;
  /** The first code of the set. */
  readonly first: string;
}

/** A user with an authenticator and ten codes. */
export async function ownerOf(stage: Stage, userId: string): Promise<Owner> {
  const user = await stage.user(userId);
  const set = await codesOf(stage, user);
  return { ...user, set, first: set.codes[0] ?? '' };
}

/** How often each action occurs in the audit events of a user. */
export async function actionsOf(stage: Stage, userId: string): Promise<Record<string, number>> {
  const text = 'SELECT action FROM audit_events WHERE user_id = $1';
  return tally((await stage.service.sql<{ action: string }>(text, [userId])).map(({ action }) => action));
}
