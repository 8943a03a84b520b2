import fc from 'fast-check';
import type { Attacker } from '../attacker.js';
import { CANDIDATES, OWN_NUMBERS } from '../cases.js';
import { drawn, from, idOf, ip, isRight, number, place, WRONG, type Weighted } from './move.js';

export async function beginBlind(attacker: Attacker, phoneNumber: string, address: string | null): Promise<void> {
  const body = { phoneNumber, ...from(address) };
  const id = idOf(await attacker.ask({ path: '/v1/blind-lookups', body }));
  if (id !== null) attacker.lookups.push({ id, of: phoneNumber });
}

export const BLIND: Weighted = [
  [
    8,
    drawn('begin a blind look-up', fc.record({ number, ip }), (attacker, about) =>
      beginBlind(attacker, about.number, about.ip),
    ),
  ],
  [
    2,
    drawn('blind look-ups of all own phones', fc.constantFrom(5, 12, OWN_NUMBERS.length), async (attacker, count) => {
      for (const phoneNumber of OWN_NUMBERS.slice(0, count)) await beginBlind(attacker, phoneNumber, null);
    }),
  ],
  [
    1,
    drawn('blind look-ups of a list', fc.integer({ min: 2, max: 20 }), async (attacker, count) => {
      for (const phoneNumber of CANDIDATES.slice(0, count)) await beginBlind(attacker, phoneNumber, null);
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
