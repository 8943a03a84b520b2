// The search for a sequence that tells two worlds apart.
import fc, { type Arbitrary } from 'fast-check';
import { scopesFor, type CaseName } from './cases.js';
import { movesFor } from './moves.js';
import type { Move } from './moves/move.js';
import { shown, type Pair } from './pair.js';
import type { Tuning } from './world.js';

export interface Sequence extends Tuning {
  readonly moves: readonly Move[];
}

/** A quarter of it is allowed per hour: small caps are used up within a sequence. */
const dailyCap = fc.constantFrom(4, 12, 24, 40, 2_000);
const blindCap = fc.constantFrom(40, 160, 1_000);

/** Often every scope that the case allows, often a few scopes. */
function scopesOf(name: CaseName) {
  const all = scopesFor(name);
  return fc.oneof(fc.constant(all), fc.subarray(all, { minLength: 1 }));
}

export function sequences(name: CaseName): Arbitrary<Sequence> {
  return fc
    .record({ name: fc.constant(name), scopes: scopesOf(name), dailyCap, blindCap })
    .chain((tuning) =>
      fc
        .array(movesFor(tuning.name, tuning.scopes), { minLength: 1, maxLength: 24, size: 'max' })
        .map((moves) => ({ ...tuning, moves })),
    );
}

export interface Search {
  readonly runs: number;
  readonly seed: number;
  readonly name: CaseName;
  readonly onRun?: () => void;
  /** Run before the drawn sequences. */
  readonly examples?: readonly Sequence[];
  /** The search ends after this time, with the findings until then. */
  readonly patienceMs?: number;
}

export interface Found {
  /** Sequences until the first difference, or all of them. */
  readonly sequences: number;
  readonly moves: number;
  /** The smallest sequence that shows it. */
  readonly leak: string | null;
}

export async function search(
  pair: Pair,
  { runs, seed, name, onRun, examples = [], patienceMs }: Search,
): Promise<Found> {
  const failures: number[] = [];
  let done = 0;
  let moves = 0;
  const property = fc.asyncProperty(sequences(name), async ({ moves: sequence, ...tuning }) => {
    done += 1;
    moves += sequence.length;
    onRun?.();
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
    examples: examples.map((sequence): [Sequence] => [sequence]),
    ...(patienceMs === undefined ? {} : { interruptAfterTimeLimit: patienceMs }),
  });
  return { sequences: failures[0] ?? done, moves, leak: failed ? described(counterexample, errorInstance) : null };
}

function described(found: [Sequence] | null, error: unknown): string {
  if (found === null) return String(error);
  const [{ moves, ...tuning }] = found;
  const steps = moves.map((move, index) => `  ${index + 1}. ${shown(move)}`);
  return [...steps, String(error), JSON.stringify({ ...tuning, moves })].join('\n');
}
