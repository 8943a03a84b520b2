// The moves of an attacker, by the scope that each needs, and the moves of others meanwhile.
import fc, { type Arbitrary } from 'fast-check';
import type { Scope } from '../../src/contract/scopes.js';
import type { Answer } from '../support/api.js';
import type { Attacker } from './attacker.js';
import { caseOf, OWN, OWN_NUMBERS, type CaseName } from './cases.js';
import { beginBlind, BLIND } from './moves/blind.js';
import { again, drawn, fixed, number, user, type Move, type Weighted } from './moves/move.js';
import { OTHERS } from './moves/others.js';
import { PHONES } from './moves/phones.js';
import { openChallenge, VERIFYING } from './moves/verifying.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const WAITS = [1, 1, 1, 5, 31, 120, 360, 660].map((seconds) => seconds * SECOND);
const wait = fc.constantFrom(...WAITS, 65 * MINUTE, 25 * HOUR);

const get = (does: string, pathOf: (userId: string) => string) =>
  drawn(does, user, async (attacker, userId) => {
    await attacker.ask({ path: pathOf(userId) });
  });
const open = (does: string, pathOf: (userId: string) => string, body: object) =>
  drawn(does, user, async (attacker, userId) => {
    await attacker.ask({ path: pathOf(userId), body });
  });

async function readAll(attacker: Attacker, list: string): Promise<void> {
  for (let path: string | null = `${list}?limit=10`; path !== null;) {
    const answer: Answer = await attacker.ask({ path });
    const { nextCursor } = answer.json() as { nextCursor: string | null };
    path = nextCursor === null ? null : `${list}?limit=10&after=${nextCursor}`;
  }
}

/** A request about an object that may belong to another user, or not exist. */
const remove = (what: string, pathOf: (userId: string) => string) =>
  drawn(`remove ${what}`, user, async (attacker, userId) => {
    await attacker.ask({ method: 'DELETE', path: `${pathOf(userId)}_01kaqy4zq7e1kvf3xh2vbsrzq0` });
  });

const READINGS: readonly (readonly [Scope, string])[] = [
  ['audit:read', '/v1/audit-events'],
  ['audit:read', '/v1/alerts'],
];

/** By the scope that a move needs. */
const BY_SCOPE: Readonly<Record<Scope, Weighted>> = {
  'phones:blind': BLIND,
  verify: VERIFYING,
  'phones:write': PHONES,
  'factors:read': [
    [1, get('list factors', (userId) => `/v1/users/${userId}/factors`)],
    [1, get('see a recovery', (userId) => `/v1/users/${userId}/recovery`)],
  ],
  'factors:write': [
    [1, open('enrol an authenticator', (userId) => `/v1/users/${userId}/factors/totp`, {})],
    [1, open('make recovery codes', (userId) => `/v1/users/${userId}/factors/recovery-codes`, {})],
    [1, open('recover by a code', (userId) => `/v1/users/${userId}/recovery`, { code: 'AAAA-AAAA-AAAA-AAAA' })],
    [1, remove('a factor', (userId) => `/v1/users/${userId}/factors/fac`)],
  ],
  'devices:read': [[1, get('list devices', (userId) => `/v1/users/${userId}/devices`)]],
  'devices:write': [
    [1, open('register a device', (userId) => `/v1/users/${userId}/devices`, {})],
    [1, remove('a device', (userId) => `/v1/users/${userId}/devices/dev`)],
  ],
  'phones:match': [
    [
      2,
      drawn('ask whether a number is a user’s', fc.record({ user, number }), async (attacker, about) => {
        const body = { phoneNumber: about.number };
        await attacker.ask({ path: `/v1/users/${about.user}/phone-match`, body });
      }),
    ],
  ],
  'phones:lookup': [
    [
      2,
      drawn('ask whether a number is registered', number, async (attacker, phoneNumber) => {
        await attacker.ask({ path: '/v1/phone-lookups', body: { phoneNumber } });
      }),
    ],
  ],
  'audit:read': READINGS.map(([, list]) => [1, fixed(`read ${list}`, (attacker) => readAll(attacker, list))] as const),
  'webhooks:write': [
    [
      1,
      fixed('list webhooks', async (attacker) => {
        await attacker.ask({ path: '/v1/webhook-endpoints' });
      }),
    ],
  ],
  'tenant:admin': [
    [
      2,
      drawn('unlock', user, async (attacker, userId) => {
        await attacker.ask({ method: 'POST', path: `/v1/users/${userId}/unlock` });
      }),
    ],
    [1, open('reopen codes', (userId) => `/v1/users/${userId}/reopen-codes`, {})],
    [1, open('ask for a reset', (userId) => `/v1/users/${userId}/recovery`, { reason: 'lost' })],
  ],
};

const PASSING = drawn('wait', wait, (attacker, ms) => attacker.wait(ms));

export function movesFor(name: CaseName, scopes: readonly Scope[]): Arbitrary<Move> {
  const others = caseOf(name).others === undefined ? [] : OTHERS;
  const weighted: Weighted = [[8, PASSING], ...scopes.flatMap((scope) => BY_SCOPE[scope]), ...others];
  return fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/** The rest of shared limits shows in the codes that still reach the attacker’s own phones. */
async function countLeft(attacker: Attacker): Promise<void> {
  const challenge = { type: 'phone', ip: null };
  if (attacker.has('verify'))
    for (const userId of OWN) await again(3, () => openChallenge(attacker, { ...challenge, user: userId }));
  if (attacker.has('phones:blind'))
    for (const phoneNumber of OWN_NUMBERS.slice(0, 6)) await beginBlind(attacker, phoneNumber, null);
}

async function readEverything(attacker: Attacker): Promise<void> {
  for (const [scope, list] of READINGS) if (attacker.has(scope)) await readAll(attacker, list);
}

/** At the end of every sequence: late work is done, and the attacker reads everything that they may. */
export const LAST_LOOKS: readonly (readonly [does: string, run: (attacker: Attacker) => Promise<void>])[] = [
  ['count what is left', countLeft],
  ['wait for what is sent', (attacker) => attacker.wait(2 * MINUTE, 2)],
  ['wait for what is judged', (attacker) => attacker.wait(130 * MINUTE, 2)],
  ['read all lists', readEverything],
];
