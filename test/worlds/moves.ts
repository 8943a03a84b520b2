// What an attacker may do, by the scope that it needs, and what others do meanwhile.
import fc, { type Arbitrary } from 'fast-check';
import type { Scope } from '../../src/contract/scopes.js';
import type { Answer } from '../support/api.js';
import type { Attacker } from './attacker.js';
import type { CaseName } from './cases.js';
import { BLIND } from './moves/blind.js';
import { drawn, move, number, user, type Move, type Weighted } from './moves/move.js';
import { othersOf } from './moves/others.js';
import { PHONES } from './moves/phones.js';
import { VERIFYING } from './moves/verifying.js';

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
  for (let path: string | null = `${list}?limit=25`; path !== null;) {
    const answer: Answer = await attacker.ask({ path });
    const { nextCursor } = answer.json() as { nextCursor: string | null };
    path = nextCursor === null ? null : `${list}?limit=25&after=${nextCursor}`;
  }
}

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
    [1, open('recover by a code', (userId) => `/v1/users/${userId}/recovery`, { code: 'AAAA-AAAA-AAAA-AAAA' })],
  ],
  'devices:read': [[1, get('list devices', (userId) => `/v1/users/${userId}/devices`)]],
  'devices:write': [[1, open('register a device', (userId) => `/v1/users/${userId}/devices`, {})]],
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
  'audit:read': READINGS.map(
    ([, list]) => [1, fc.constant(move(`read ${list}`, (attacker) => readAll(attacker, list)))] as const,
  ),
  'webhooks:write': [
    [
      1,
      fc.constant(
        move('list webhooks', async (attacker) => {
          await attacker.ask({ path: '/v1/webhook-endpoints' });
        }),
      ),
    ],
  ],
  'tenant:admin': [
    [
      2,
      drawn('unlock', user, async (attacker, userId) => {
        await attacker.ask({ method: 'POST', path: `/v1/users/${userId}/unlock` });
      }),
    ],
    [1, open('ask for a reset', (userId) => `/v1/users/${userId}/recovery`, { reason: 'lost' })],
  ],
};

export function movesFor(name: CaseName, scopes: readonly Scope[]): Arbitrary<Move> {
  const passing = drawn('wait', wait, (attacker, ms) => attacker.wait(ms));
  const weighted: Weighted = [[8, passing], ...scopes.flatMap((scope) => BY_SCOPE[scope]), ...othersOf(name)];
  return fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/** At the end: whatever is late has happened, and all that may be read is read. */
export async function lookBack(attacker: Attacker, part: number): Promise<void> {
  if (part === 0) return attacker.wait(2 * MINUTE);
  if (part === 1) return attacker.wait(130 * MINUTE);
  for (const [scope, list] of READINGS) if (attacker.has(scope)) await readAll(attacker, list);
}

export const LAST_LOOKS = [0, 1, 2] as const;
