// A short attack on each guard, run against a service with and without it. A probe resolves if the guard is present and
// rejects if it is missing.
import { call, enrolled, totpAt, verify, wrongCode, type EnrolledUser, type Wish } from './api.js';
import { DEVICE_PROBES } from './device-probes.js';
import { es256, goodClaims, goodHeader, jws } from './forge.js';
import { flawlessToken, type ForgerKnows } from './forgeries.js';
import { Holder } from './holder.js';
import { PHONE_PROBES } from './phone-probes.js';

export interface Target {
  readonly url: string;
  /** Makes the users of this run different from all others. */
  readonly run: string;
  readonly nowMs: number;
  readonly token: string;
  readonly tokenWithoutScope: string;
  readonly tokenOfOtherTenant: string;
  /** Of another client of the same tenant. */
  readonly tokenOfSibling: string;
  readonly tokenOfSuspended: string;
  readonly tokenForDevices: string;
  readonly tokenForPhones: string;
  /** Bound to the holder's key. */
  readonly boundToken: string;
  readonly holder: Holder;
  readonly forger: ForgerKnows;
  readonly limits: { readonly address: number; readonly client: number };
}

export type Probe = (target: Target) => Promise<void>;

const LIST = '/v1/users/ada/factors';

async function expectStatus(target: Target, wish: Wish, status: number): Promise<void> {
  const answer = await call(target.url, wish);
  if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}`);
}

function user(target: Target, name: string, token = target.token): Promise<EnrolledUser> {
  return enrolled(target.url, token, `${name}-${target.run}`, target.nowMs);
}

/** With the bound token, and a proof that this holder made for it. */
function provenRequest({ forger, boundToken: token, nowMs }: Target, holder: Holder): Wish {
  const dpop = holder.proof({ method: 'GET', url: forger.victim.issuer + LIST, nowMs, token });
  return { path: LIST, headers: { authorization: `DPoP ${token}`, dpop } };
}

async function expectVerdict(target: Target, { userId, code }: { userId: string; code: string }, status: number) {
  const answer = await verify(target.url, target.token, userId, code);
  if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}`);
}

async function challengeOf(target: Target, userId: string): Promise<string> {
  const path = `/v1/users/${userId}/challenges`;
  const answer = await call(target.url, { path, token: target.token, body: { type: 'totp' } });
  return (answer.json() as { id: string }).id;
}

function expectAnswer(target: Target, { id, code }: { id: string; code: string }, status: number): Promise<void> {
  return expectStatus(target, { path: `/v1/challenges/${id}/answer`, token: target.token, body: { code } }, status);
}

/** In this order: the last two use up the limits. */
export const PROBES = {
  'no token': (target) => expectStatus(target, { path: LIST }, 401),
  'a token of another type': (target) => {
    const { key, victim, nowMs } = target.forger;
    const header = { ...goodHeader(key), typ: 'mfa-assertion+jwt' };
    const token = jws(header, goodClaims(victim, nowMs), es256(key.privateKey));
    return expectStatus(target, { path: LIST, token }, 401);
  },
  'an expired token': (target) => {
    const token = flawlessToken({ ...target.forger, nowMs: target.nowMs - 301_000 });
    return expectStatus(target, { path: LIST, token }, 401);
  },
  'a token of a suspended client': (target) =>
    expectStatus(target, { path: LIST, token: target.tokenOfSuspended }, 401),
  'a bound token without its key': (target) => expectStatus(target, provenRequest(target, new Holder()), 401),
  'a proof twice': async (target) => {
    const wish = provenRequest(target, target.holder);
    await expectStatus(target, wish, 200);
    await expectStatus(target, wish, 401);
  },
  'a token without the scope': (target) => expectStatus(target, { path: LIST, token: target.tokenWithoutScope }, 403),
  'an unknown field': async (target) => {
    const body = { code: '123456', isAdmin: true };
    await expectStatus(target, { path: `/v1/users/unknown-${target.run}/verify`, token: target.token, body }, 400);
  },
  "another tenant's user": async (target) => {
    const { userId, secret } = await user(target, 'foreign', target.tokenOfOtherTenant);
    await expectVerdict(target, { userId, code: totpAt(secret, target.nowMs) }, 422);
  },
  "another tenant's factors": async (target) => {
    const { userId, factorId } = await user(target, 'listed', target.tokenOfOtherTenant);
    const { text } = await call(target.url, { path: `/v1/users/${userId}/factors`, token: target.token });
    if (text.includes(factorId)) throw new Error('it was shown');
  },
  'a code twice': async (target) => {
    const { userId, secret } = await user(target, 'twice');
    const code = totpAt(secret, target.nowMs);
    await expectVerdict(target, { userId, code }, 200);
    await expectVerdict(target, { userId, code }, 422);
  },
  'a sixth guess': async (target) => {
    const { userId, secret } = await user(target, 'guessed');
    for (let guess = 0; guess < 5; guess += 1)
      await expectVerdict(target, { userId, code: wrongCode(secret, target.nowMs, guess) }, 422);
    await expectVerdict(target, { userId, code: totpAt(secret, target.nowMs) }, 422);
  },
  'a sixth answer': async (target) => {
    const { userId, secret } = await user(target, 'answered');
    const id = await challengeOf(target, userId);
    // The right code of an earlier step: it is refused as used, so no lock interferes with the limit of the challenge.
    for (let answer = 0; answer < 5; answer += 1)
      await expectAnswer(target, { id, code: totpAt(secret, target.nowMs - 30_000) }, 422);
    await expectAnswer(target, { id, code: totpAt(secret, target.nowMs) }, 422);
  },
  "another client's challenge": async (target) => {
    const { userId, secret } = await user(target, 'stolen');
    const stolen = { ...target, token: target.tokenOfSibling };
    await expectAnswer(stolen, { id: await challengeOf(target, userId), code: totpAt(secret, target.nowMs) }, 422);
  },
  ...DEVICE_PROBES,
  ...PHONE_PROBES,
  'too many requests of a client': (target) =>
    expectLimit(target, { path: LIST, token: target.token }, target.limits.client),
  'too many requests of an address': (target) => expectLimit(target, { path: '/health/live' }, target.limits.address),
} as const satisfies Record<string, Probe>;

export type ProbeName = keyof typeof PROBES;

async function expectLimit({ url }: Target, wish: Wish, limit: number): Promise<void> {
  for (let sent = 0; sent <= limit; sent += 20) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(url, wish)));
    if (answers.some(({ status }) => status === 429)) return;
  }
  throw new Error('there was no end to it');
}

/** The probes that found their guard missing, each with the answer that it got. */
export async function missingGuards(
  target: Target,
  names = Object.keys(PROBES) as readonly ProbeName[],
): Promise<Partial<Record<ProbeName, string>>> {
  const missing: Partial<Record<ProbeName, string>> = {};
  for (const name of names) await PROBES[name](target).catch((error: unknown) => (missing[name] = String(error)));
  return missing;
}
