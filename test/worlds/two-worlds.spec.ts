// T-51. The attacker holds a credential with any scopes, users and phones of their own, and all the time there is. They ask until
// something shows them a fact that their scopes do not entitle them to: who exists, whose number it is, what others asked.
import { readFileSync } from 'node:fs';
import { makeMutant } from '../support/mutant.js';
import type { CaseName } from './cases.js';
import { Pair } from './pair.js';
import { REMOVALS } from './removals.js';
import { search } from './search.js';

const RUNS = Number(process.env['WORLDS_RUNS'] ?? 30);
const SEED = Number(process.env['WORLDS_SEED'] ?? Date.now() % 2 ** 31);
const PATIENCE_MS = 60_000 + RUNS * 3_000;
const LIMITS = { runs: RUNS, seed: SEED, patienceMs: PATIENCE_MS - 30_000 };
/** A missing guard is noticed within so many sequences. */
const MOST_WITHOUT = 500;
const PATIENCE_WITHOUT_MS = MOST_WITHOUT * 3_000;
/** Searches without a guard take minutes: in the long run only. */
const IS_LONG = RUNS >= 500;

/** The case that the suite searches so far. */
const NAMES: readonly CaseName[] = ['what another tenant does'];

describe('two worlds that differ only in what a client may not know', () => {
  let pair: Pair;

  beforeAll(async () => {
    pair = await Pair.open();
  }, PATIENCE_MS);
  afterAll(() => pair.stop());

  it(
    'look the same to it, whatever it does',
    async () => {
      const begun = performance.now();
      const onRun = (done: number) => {
        if (done % 100 === 0) process.stderr.write(`${done} of ${RUNS} sequences\n`);
      };
      const { sequences, moves, leak } = await search(pair, { ...LIMITS, names: NAMES, onRun });
      const seconds = Math.round((performance.now() - begun) / 1_000);
      process.stdout.write(`seed ${SEED}: ${sequences} sequences, ${moves} moves, ${seconds} s\n`);
      expect(leak).toBeNull();
      expect(sequences).toBe(RUNS);
    },
    PATIENCE_MS,
  );
});

describe('without a guard', () => {
  if (IS_LONG)
    it.each(REMOVALS.map((removal) => [removal.guard, removal] as const))(
      'two worlds are told apart: %s',
      async (guard, { name, edits }) => {
        const mutant = await makeMutant(edits);
        const pair = await Pair.open(mutant.folder);
        try {
          const { sequences, leak } = await search(pair, {
            runs: MOST_WITHOUT,
            seed: SEED,
            names: [name],
            patienceMs: PATIENCE_WITHOUT_MS - 60_000,
          });
          process.stdout.write(`without ${guard}: ${sequences} sequences\n${leak ?? 'nothing was found'}\n`);
          expect(leak).toContain('Leak');
        } finally {
          await pair.stop();
          mutant.remove();
        }
      },
      PATIENCE_WITHOUT_MS,
    );

  it.each(REMOVALS.flatMap(({ guard, edits }) => edits.map((edit) => [guard, edit] as const)))(
    'there would be a line less: %s',
    (_guard, { file, find }) => {
      expect(readFileSync(`src/${file}`, 'utf8').split(find)).toHaveLength(2);
    },
  );
});
