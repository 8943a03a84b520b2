// Recoveries as a tenant's clients perform them, and their events in the log.
import { call, tokenOf, type Answer } from './api.js';
import type { Credentials } from './service.js';
import { DAY, type Stage } from './stage.js';

export interface RecoveryState {
  readonly id: string;
  readonly status: string;
  readonly opensAt: string | null;
}

/** The client that asks, and the instance; by default the stage's own client and the first instance. */
export interface By {
  readonly token?: string;
  readonly instance?: number;
}

interface Request extends By {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

function send(stage: Stage, { token = stage.token, instance = 0, ...wish }: Request): Promise<Answer> {
  return call(stage.urls[instance % stage.urls.length] ?? '', { ...wish, token });
}

const at = (userId: string, rest = '') => `/v1/users/${userId}/recovery${rest}`;

export function begin(stage: Stage, userId: string, body: object, by: By = {}): Promise<Answer> {
  return send(stage, { method: 'POST', path: at(userId), body, ...by });
}

export function approve(stage: Stage, userId: string, id: string, by: By = {}): Promise<Answer> {
  return send(stage, { method: 'POST', path: at(userId, `/${id}/approve`), ...by });
}

export function askForTicket(stage: Stage, userId: string, id: string, by: By = {}): Promise<Answer> {
  return send(stage, { method: 'POST', path: at(userId, `/${id}/ticket`), ...by });
}

export function cancel(stage: Stage, userId: string, id: string, by: By = {}): Promise<Answer> {
  return send(stage, { method: 'DELETE', path: at(userId, `/${id}`), ...by });
}

/** The open recovery as the list shows it. */
export async function listed(stage: Stage, userId: string): Promise<(RecoveryState & { by: string })[]> {
  const answer = await send(stage, { method: 'GET', path: at(userId) });
  return (answer.json() as { data: (RecoveryState & { by: string })[] }).data;
}

/** Opens an enrolment with a ticket instead of an assertion. */
export function enrolWith(stage: Stage, userId: string, ticket: string, rest: By & { body?: object } = {}) {
  const { body = {}, ...by } = rest;
  const path = `/v1/users/${userId}/factors/totp`;
  return send(stage, { method: 'POST', path, body, headers: { 'step-up': ticket }, ...by });
}

/** The answer's body; throws with the answer when it has another status. */
export function expectOf(answer: Answer, status: number): ReturnType<Answer['json']> {
  if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}: ${answer.text}`);
  return answer.json();
}

export async function setDelay(stage: Stage, hours: number): Promise<void> {
  await stage.service.admin('tenants', 'set', '--tenant', stage.client.tenantId, '--recovery-delay-hours', `${hours}`);
}

/** A fresh token of an existing client. */
export function tokenFor(stage: Stage, client: Credentials): Promise<string> {
  return tokenOf(stage.service.url, client);
}

/** Two clients of a tenant: one asks for resets, the other approves them. */
export interface Administrators {
  readonly first: Credentials;
  readonly second: Credentials;
}

/** The ticket of a reset, a day later: the clock moves on by the delay. */
export async function ticketByReset(stage: Stage, userId: string, { first, second }: Administrators): Promise<string> {
  const by = { token: await tokenFor(stage, first) };
  const { id } = expectOf(await begin(stage, userId, { reason: 'Lost phone' }, by), 202) as RecoveryState;
  expectOf(await approve(stage, userId, id, { token: await tokenFor(stage, second) }), 200);
  await stage.later(DAY);
  const later = { token: await tokenFor(stage, first) };
  return (expectOf(await askForTicket(stage, userId, id, later), 201) as { ticket: string }).ticket;
}

export interface Told {
  readonly action: string;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, string>> | null;
}

/** The events of a user's recoveries, in order. */
export function told(stage: Stage, userId: string): Promise<Told[]> {
  const text = `SELECT action, reason, details FROM audit_events
                WHERE user_id = $1 AND action LIKE 'recovery.%' ORDER BY tx, action`;
  return stage.service.sql(text, [userId]);
}

export async function actionsTold(stage: Stage, userId: string): Promise<string[]> {
  return (await told(stage, userId)).map(({ action, reason }) => (reason === null ? action : `${action} ${reason}`));
}
