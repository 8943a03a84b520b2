// A search that finds nothing is proof only if it finds existing differences. Each guard is removed from the service in
// turn, and a stored sequence must tell the two worlds apart. With `WORLDS_REMOVALS` the spec searches again, in that
// many sequences.
import { readFileSync } from 'node:fs';
import { makeMutant } from '../support/mutant.js';
import type { CaseName } from './cases.js';
import { Leak, Pair } from './pair.js';
import { FOUND, REMOVALS } from './removals.js';
import { search } from './search.js';

const RUNS = Number(process.env['WORLDS_REMOVALS'] ?? 0);
const SEED = Number(process.env['WORLDS_SEED'] ?? Date.now() % 2 ** 31);
const PATIENCE_MS = 120_000 + RUNS * 3_000;

describe('without a guard', () => {
  let pair: Pair;

  beforeAll(async () => {
    pair = await Pair.open();
  }, PATIENCE_MS);
  afterAll(() => pair.stop());

  async function searchIt(guard: string, name: CaseName): Promise<void> {
    const limits = { runs: RUNS, seed: SEED, patienceMs: PATIENCE_MS - 60_000 };
    const { sequences, leak } = await search(pair, { ...limits, name });
    process.stdout.write(`without “${guard}”: ${sequences} sequences\n${leak ?? 'nothing was found'}\n`);
    expect(leak).toContain('Leak');
  }

  it.each(REMOVALS.map((removal) => [removal.guard, removal] as const))(
    'an attacker can tell the two worlds apart: %s',
    async (guard, { name, edits }) => {
      const mutant = await makeMutant(edits);
      try {
        await pair.replace(mutant.folder);
        const found = FOUND.filter(({ without }) => without === guard);
        expect(found).not.toEqual([]);
        for (const { moves, ...tuning } of found) await expect(pair.compare(tuning, moves)).rejects.toThrow(Leak);
        if (RUNS > 0) await searchIt(guard, name);
      } finally {
        mutant.remove();
      }
    },
    PATIENCE_MS,
  );

  it.each(REMOVALS.flatMap(({ guard, edits }) => edits.map((edit) => [guard, edit] as const)))(
    'the edit removes one existing line: %s',
    (_guard, { file, find }) => {
      expect(readFileSync(`src/${file}`, 'utf8').split(find)).toHaveLength(2);
    },
  );
});
