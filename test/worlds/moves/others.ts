// The moves of others meanwhile: about a victim in world A. In B they are about the bystander instead, or do not
// happen.
import fc from 'fast-check';
import type { Wish } from '../../support/api.js';
import type { Attacker } from '../attacker.js';
import { ASKED, BYSTANDERS, VICTIMS, type Asked } from '../cases.js';
import { again, drawn, from, WRONG, type Weighted } from './move.js';

type WishOf = (about: Asked) => Wish;

async function asked(attacker: Attacker, about: { count: number; victim: number }, wishOf: WishOf): Promise<void> {
  const isA = attacker.world.side === 'A';
  if (!isA && attacker.scene.others === 'not at all') return attacker.idle(about.count);
  const person = (isA ? ASKED : BYSTANDERS)[about.victim];
  if (person !== undefined) await again(about.count, () => attacker.other(wishOf(person)));
}

/** The limits of a user are five. */
const count = fc.constantFrom(1, 3, 5, 5);

function other(what: string, wishOf: WishOf) {
  const about = fc.record({ count, victim: fc.nat(VICTIMS.length - 1) });
  return drawn(`another client: ${what}`, about, (attacker, value) => asked(attacker, value, wishOf));
}

const challenge = (type: string): WishOf => {
  return ({ userId, ip }) => ({ path: `/v1/users/${userId}/challenges`, body: { type, ...from(ip) } });
};

export const OTHERS: Weighted = [
  [4, other('phone challenges', challenge('phone'))],
  [4, other('device challenges', challenge('device'))],
  [2, other('wrong codes', ({ userId }) => ({ path: `/v1/users/${userId}/verify`, body: { code: WRONG } }))],
  [
    3,
    other('blind look-ups', ({ phoneNumber, ip }) => ({
      path: '/v1/blind-lookups',
      body: { phoneNumber, ...from(ip) },
    })),
  ],
  [
    1,
    other('matches', ({ userId, phoneNumber }) => ({
      path: `/v1/users/${userId}/phone-match`,
      body: { phoneNumber },
    })),
  ],
];
