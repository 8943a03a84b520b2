// Moves consist of drawn values and a few requests about them. A move is data, so that a sequence can be stored and
// replayed. A move about a missing object (a challenge before one was opened) does nothing.
import fc, { type Arbitrary } from 'fast-check';
import type { Answer } from '../../support/api.js';
import type { Attacker } from '../attacker.js';
import { ASKED, CANDIDATES, UNKNOWN, OWN, OWN_NUMBERS, VICTIMS } from '../cases.js';

/** The kind of move, and its value. */
export type Move = readonly [does: string, about: unknown];

export type Weighted = readonly (readonly [number, Arbitrary<Move>])[];

type Run<Value> = (attacker: Attacker, about: Value) => Promise<void>;

/** A wrong code; it is right once in a million. */
export const WRONG = '000000';

export const number = fc.oneof(
  { weight: 3, arbitrary: fc.nat(3).map((index) => CANDIDATES[index] ?? '') },
  { weight: 2, arbitrary: fc.nat(3).map((index) => OWN_NUMBERS[index] ?? '') },
);
export const user = fc.constantFrom(...VICTIMS, ...VICTIMS, ...VICTIMS, ...UNKNOWN, ...OWN, ...OWN);
/** The address that a client sends for the end user: none, the attacker’s own, or an address that others use. */
export const ip = fc.constantFrom(null, null, null, '203.0.113.77', ...ASKED.map((asked) => asked.ip));
export const own = fc.constantFrom(...OWN);
/** An object that was opened before: 0 is the newest. */
export const place = fc.nat(7);
export const times = fc.constantFrom(1, 2, 3, 5);
export const isRight = fc.boolean();

const RUNS = new Map<string, Run<never>>();

/** Draws one value; the move is about it. */
export function drawn<Value>(does: string, from: Arbitrary<Value>, run: Run<Value>): Arbitrary<Move> {
  if (RUNS.has(does)) throw new Error(`BUG: two moves are called “${does}”`);
  RUNS.set(does, run);
  return from.map((about): Move => [does, about]);
}

/** A move without a value. */
export function fixed(does: string, run: (attacker: Attacker) => Promise<void>): Arbitrary<Move> {
  return drawn(does, fc.constant(null), run);
}

/** @throws Error for an unknown move, for example in an old stored sequence. */
export async function make(attacker: Attacker, [does, about]: Move): Promise<void> {
  const run = RUNS.get(does);
  if (run === undefined) throw new Error(`no move is called “${does}”`);
  await run(attacker, about as never);
}

export function from(address: string | null): object {
  return address === null ? {} : { endUser: { ip: address } };
}

export function idOf(answer: Answer): string | null {
  return answer.status < 300 ? (answer.json() as { id: string }).id : null;
}

export async function again(count: number, work: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < count; done += 1) await work();
}
