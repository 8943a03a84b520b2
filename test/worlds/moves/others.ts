import fc, { type Arbitrary } from 'fast-check';
import type { Wish } from '../../support/api.js';
import { BYSTANDER, CANDIDATES, caseOf, VICTIMS, type CaseName } from '../cases.js';
import { again, drawn, times, WRONG, type Weighted } from './move.js';

/** What others do: about a victim or candidate in world A; in B about a bystander, or not at all. */
export function othersOf(name: CaseName): Weighted {
  const { others: instead } = caseOf(name);
  if (instead === undefined) return [];
  const does = (what: string, count: Arbitrary<number>, wishOf: (userId: string, phoneNumber: string) => Wish) =>
    drawn(
      `another client: ${what}`,
      fc.record({ count, victim: fc.nat(1) }),
      async (attacker, { count: done, victim }) => {
        const isA = attacker.world.side === 'A';
        if (!isA && instead === 'not at all') return attacker.idle(done);
        const userId = isA ? (VICTIMS[victim] ?? '') : BYSTANDER.userId;
        const phoneNumber = isA ? (CANDIDATES[victim] ?? '') : BYSTANDER.phoneNumber;
        await again(done, () => attacker.other(wishOf(userId, phoneNumber)));
      },
    );
  return [
    [
      4,
      does('phone challenges', times, (userId) => ({
        path: `/v1/users/${userId}/challenges`,
        body: { type: 'phone' },
      })),
    ],
    [
      4,
      does('device challenges', times, (userId) => ({
        path: `/v1/users/${userId}/challenges`,
        body: { type: 'device' },
      })),
    ],
    [2, does('wrong codes', times, (userId) => ({ path: `/v1/users/${userId}/verify`, body: { code: WRONG } }))],
    [
      2,
      does('blind look-ups', times, (_userId, phoneNumber) => ({ path: '/v1/blind-lookups', body: { phoneNumber } })),
    ],
    [
      1,
      does('matches', times, (userId, phoneNumber) => ({
        path: `/v1/users/${userId}/phone-match`,
        body: { phoneNumber },
      })),
    ],
  ];
}
