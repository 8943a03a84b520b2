// T-13. The thief holds a stolen token of the user's tenant with every scope, a client of another tenant, every id, and every
// assertion and code that was ever used. They and the owner act in turn, in thousands of random orders; a model foretells each answer.
// A counterexample would be a path to a factor that was added, activated, removed or regenerated without the proofs demanded.
import fc from 'fast-check';
import { makeMutant, type Edit } from '../support/mutant.js';
import { checkInvariants } from './invariants.js';
import { BEGINNING, MOVE, movesOf } from './moves.js';
import { World } from './real.js';
import { Tally } from './tally.js';

const RUNS = Number(process.env['MODEL_RUNS'] ?? 150);
const SEED = Number(process.env['MODEL_SEED'] ?? Date.now() % 2 ** 31);
/** Thousands of runs take minutes. */
const PATIENCE_MS = 60_000 + RUNS * 500;

describe('the factors of a user', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.open();
  }, PATIENCE_MS);
  afterAll(() => world.stop());

  const property = (url: string, tally: Tally) =>
    fc.asyncProperty(BEGINNING, fc.commands([MOVE], { maxCommands: 50, size: 'max' }), async (beginning, moves) => {
      tally.runs += 1;
      const begun = await world.begin(url, tally);
      await fc.asyncModelRun(() => begun, [...movesOf(beginning), ...moves]);
      await checkInvariants(begun.model, begun.real);
    });

  it(
    'change by no path without the proofs demanded',
    async () => {
      const tally = new Tally();
      const begun = performance.now();
      await fc.assert(property(world.service.url, tally), { numRuns: RUNS, seed: SEED });
      const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
      console.log(`seed ${SEED}: ${tally.runs} runs, ${tally.commands} commands in ${seconds} s\n${tally}`);
    },
    PATIENCE_MS,
  );
});
