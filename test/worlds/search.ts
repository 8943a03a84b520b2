// The search for a sequence that tells two worlds apart.
import fc, { type Arbitrary } from 'fast-check';
import { CASE_NAMES, scopesFor, type CaseName } from './cases.js';
import { movesFor } from './moves.js';
import type { Move } from './moves/move.js';
import type { Pair } from './pair.js';
import type { Tuning } from './world.js';

export interface Sequence extends Tuning {
  readonly moves: readonly Move[];
}

const dailyCap = fc.constantFrom(4, 12, 24, 2_000);

/** Often everything that the case allows, often a few scopes. */
function scopesOf(name: CaseName) {
  const all = scopesFor(name);
  return fc.oneof(fc.constant(all), fc.subarray(all, { minLength: 1 }));
}

export function sequences(names: readonly CaseName[] = CASE_NAMES): Arbitrary<Sequence> {
  return fc
    .constantFrom(...names)
    .chain((name) => fc.record({ name: fc.constant(name), scopes: scopesOf(name), dailyCap }))
    .chain((tuning) =>
      fc
        .array(movesFor(tuning.name, tuning.scopes), { minLength: 1, maxLength: 24, size: 'max' })
        .map((moves) => ({ ...tuning, moves })),
    );
}

export interface Search {
  readonly runs: number;
  readonly seed: number;
  readonly names?: readonly CaseName[];
  readonly onRun?: (done: number) => void;
  readonly shrinks?: boolean;
  /** After so long it ends, with what was found until then. */
  readonly patienceMs?: number;
}

export interface Found {
  /** Sequences until the first difference; all of them where there was none. */
  readonly sequences: number;
  readonly moves: number;
  /** The smallest sequence that shows it. */
  readonly leak: string | null;
}

export async function search(
  pair: Pair,
  { runs, seed, names, onRun, shrinks = true, patienceMs }: Search,
): Promise<Found> {
  const failures: number[] = [];
  let done = 0;
  let moves = 0;
  const property = fc.asyncProperty(sequences(names), async ({ moves: sequence, ...tuning }) => {
    done += 1;
    moves += sequence.length;
    onRun?.(done);
    try {
      await pair.compare(tuning, sequence);
    } catch (error) {
      failures.push(done);
      throw error;
    }
  });
  const { failed, counterexample, errorInstance } = await fc.check(property, {
    numRuns: runs,
    seed,
    endOnFailure: !shrinks,
    ...(patienceMs === undefined ? {} : { interruptAfterTimeLimit: patienceMs }),
  });
  return { sequences: failures[0] ?? done, moves, leak: failed ? described(counterexample, errorInstance) : null };
}

function described(found: [Sequence] | null, error: unknown): string {
  if (found === null) return String(error);
  const [{ name, scopes, dailyCap: cap, moves }] = found;
  const steps = moves.map((move, index) => `  ${index + 1}. ${move.do}`);
  return [`${name}; scopes: ${scopes.join(' ')}; ${cap} codes a day`, ...steps, String(error)].join('\n');
}
