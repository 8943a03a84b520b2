// What moves are made of: values that are drawn, and a few requests about them. A move about something that is not there (a
// challenge before one was opened) is no move.
import fc, { type Arbitrary } from 'fast-check';
import type { Answer } from '../../support/api.js';
import type { Attacker } from '../attacker.js';
import { CANDIDATES, NOBODY, OWN, OWN_NUMBERS, VICTIMS } from '../cases.js';

export interface Move {
  readonly do: string;
  readonly run: (attacker: Attacker) => Promise<void>;
}

export type Weighted = readonly (readonly [number, Arbitrary<Move>])[];

/** No code is this one, but for one time in a million. */
export const WRONG = '000000';

export const number = fc.oneof(
  { weight: 3, arbitrary: fc.nat(3).map((index) => CANDIDATES[index] ?? '') },
  { weight: 2, arbitrary: fc.nat(3).map((index) => OWN_NUMBERS[index] ?? '') },
);
export const user = fc.constantFrom(...VICTIMS, ...VICTIMS, ...NOBODY, ...OWN, ...OWN);
export const own = fc.constantFrom(...OWN);
/** Of what was opened before: 0 the newest. */
export const place = fc.nat(7);
export const times = fc.constantFrom(1, 1, 2, 5);
export const isRight = fc.boolean();

export const move = (does: string, run: Move['run']): Move =>
  ({ do: does, run, [fc.toStringMethod]: () => does }) as Move;

/** Draws one value and makes a move of it, which says what it is about. */
export function drawn<Value>(
  does: string,
  from: Arbitrary<Value>,
  run: (attacker: Attacker, value: Value) => Promise<void>,
) {
  return from.map((value) => move(`${does} ${JSON.stringify(value)}`, (attacker) => run(attacker, value)));
}

export function idOf(answer: Answer): string | null {
  return answer.status < 300 ? (answer.json() as { id: string }).id : null;
}

export async function again(count: number, work: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < count; done += 1) await work();
}
