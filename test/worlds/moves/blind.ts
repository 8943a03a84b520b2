import fc from 'fast-check';
import type { Attacker } from '../attacker.js';
import { CANDIDATES, OWN_NUMBERS } from '../cases.js';
import { drawn, idOf, isRight, number, place, WRONG, type Weighted } from './move.js';

async function beginBlind(attacker: Attacker, phoneNumber: string): Promise<void> {
  const id = idOf(await attacker.ask({ path: '/v1/blind-lookups', body: { phoneNumber } }));
  if (id !== null) attacker.lookups.push({ id, of: phoneNumber });
}

export const BLIND: Weighted = [
  [8, drawn('begin a blind look-up', number, beginBlind)],
  [
    2,
    drawn('blind look-ups of all own phones', fc.integer({ min: 5, max: 17 }), async (attacker, count) => {
      for (const phoneNumber of OWN_NUMBERS.slice(0, count)) await beginBlind(attacker, phoneNumber);
    }),
  ],
  [
    1,
    drawn('blind look-ups of a list', fc.integer({ min: 2, max: 20 }), async (attacker, count) => {
      for (const phoneNumber of CANDIDATES.slice(0, count)) await beginBlind(attacker, phoneNumber);
    }),
  ],
  [
    3,
    drawn('answer a blind look-up', fc.record({ place, isRight }), async (attacker, drawnOf) => {
      const held = attacker.lookups.at(-1 - drawnOf.place);
      if (held === undefined) return;
      const code = (drawnOf.isRight ? attacker.codes.get(`blind_lookup ${held.of}`) : undefined) ?? WRONG;
      await attacker.ask({ path: `/v1/blind-lookups/${held.id}/answer`, body: { code } });
    }),
  ],
];
