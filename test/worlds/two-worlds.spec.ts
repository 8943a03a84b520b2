// R-05, T-51. The attacker has a credential with any scopes, users and phones of their own, and unlimited time. They
// try to observe a fact that their scopes do not entitle them to: which users exist, whose number it is, or what others
// asked.
// `WORLDS_RUNS`: sequences of all cases together. `WORLDS_SEED`: repeats a search.
import { CASE_NAMES } from './cases.js';
import { Pair } from './pair.js';
import { FOUND } from './removals.js';
import { search } from './search.js';

const RUNS = Number(process.env['WORLDS_RUNS'] ?? 30);
const SEED = Number(process.env['WORLDS_SEED'] ?? Date.now() % 2 ** 31);
const RUNS_OF_CASE = Math.ceil(RUNS / CASE_NAMES.length);
const PATIENCE_MS = 60_000 + RUNS_OF_CASE * 3_000;
const TOLD_EVERY = 100;

describe('two worlds that differ only in facts that a client may not know', () => {
  let pair: Pair;
  let total = 0;

  beforeAll(async () => {
    pair = await Pair.open();
  }, PATIENCE_MS);
  afterAll(() => pair.stop());

  it.each(CASE_NAMES)(
    'look the same to it for every sequence of requests: %s',
    async (name) => {
      const begun = performance.now();
      const onRun = () => {
        total += 1;
        if (total % TOLD_EVERY === 0) process.stderr.write(`${total} of ${RUNS} sequences\n`);
      };
      const limits = { runs: RUNS_OF_CASE, seed: SEED, patienceMs: PATIENCE_MS - 30_000 };
      // First the sequences that told two worlds apart before a guard existed.
      const examples = FOUND.filter((found) => found.name === name);
      const { sequences, moves, leak } = await search(pair, { ...limits, name, examples, onRun });
      const seconds = Math.round((performance.now() - begun) / 1_000);
      process.stdout.write(`seed ${SEED}, ${name}: ${sequences} sequences, ${moves} moves, ${seconds} s\n`);
      expect(leak).toBeNull();
      expect(sequences).toBe(RUNS_OF_CASE);
    },
    PATIENCE_MS,
  );
});
