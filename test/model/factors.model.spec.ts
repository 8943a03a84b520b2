// T-13, T-31, T-32. The thief has a stolen token of the user's tenant with every scope, a client of another tenant, and
// every id. They also have every used assertion, code and ticket. Thief and owner act in turn, in random orders, and a
// model predicts each answer. A counterexample would be a way to add, activate, remove or regenerate a factor without
// the required proofs.
import fc from 'fast-check';
import { makeMutant, type Edit } from '../support/mutant.js';
import { BEGINNING, EVERY_WAY, movesOf, type Beginning } from './beginnings.js';
import { checkInvariants } from './invariants.js';
import { MOVE } from './moves.js';
import { World } from './real.js';
import { Tally } from './tally.js';

const RUNS = Number(process.env['MODEL_RUNS'] ?? 60);
const SEED = Number(process.env['MODEL_SEED'] ?? Date.now() % 2 ** 31);
const PATIENCE_MS = 180_000 + RUNS * 3_000;
/** A missing guard is noticed within this many runs. */
const MUTANT_RUNS = 500;

/** `from`: the starting point of the runs, so that few runs are enough. */
interface Missing extends Edit {
  readonly from: Beginning;
}

const WITHOUT: Readonly<Record<string, Missing>> = {
  'the second check of an enrolment’s authorization': {
    from: 'enrolling, and vetoed',
    file: 'users/attempts/activation.statement.ts',
    find: 'OR claims ? :granted_by::text OR',
    replace: 'OR true OR claims ? :granted_by::text OR',
  },
  'the veto of a recovery by a proof': {
    from: 'reset in its delay',
    file: 'users/attempts/attempt.statement.ts',
    find: "':recovery::jsonb' : 'NULL'}",
    replace: "':recovery::jsonb' : 'recovery'}",
  },
};

/** Each is built and started, so these are for long searches only. */
const WITHOUT_TOO: Readonly<Record<string, Missing>> = {
  'the spending of an assertion': {
    from: 'about to add',
    file: 'users/assertions/assertion-authorization.ts',
    find: "isFirst ? { by: factorId } : 'assertion_spent'",
    replace: "isFirst !== null ? { by: factorId } : 'assertion_spent'",
  },
  'the second client of a reset': {
    from: 'enrolled',
    file: 'users/recovery/recovery.policy.ts',
    find: 'open.recovery.client === clientId',
    replace: "open.recovery.client === ''",
  },
};

describe('the factors of a user', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.open();
  }, PATIENCE_MS);
  afterAll(() => world.stop());

  const moves = fc.commands([MOVE], { maxCommands: 50, size: 'max' });

  const property = (beginning: fc.Arbitrary<Beginning>, run: { url: string; tally: Tally }) =>
    fc.asyncProperty(beginning, moves, async (from, drawn) => {
      run.tally.runs += 1;
      const begun = await world.begin(run);
      await fc.asyncModelRun(() => begun, [...movesOf(from), ...drawn]);
      await checkInvariants(begun.model, begun.real);
    });

  it(
    'change only with the required proofs, in any order of requests',
    async () => {
      const tally = new Tally();
      const begun = performance.now();
      const limits = { numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: PATIENCE_MS - 30_000 };
      await fc.assert(property(BEGINNING, { url: world.service.url, tally }), {
        ...limits,
        examples: [[EVERY_WAY, []]],
      });
      const seconds = Math.round((performance.now() - begun) / 1_000);
      process.stdout.write(
        `seed ${SEED}: ${tally.runs} runs, ${tally.commands} commands, ${seconds} s\n${tally.text}\n`,
      );
      expect(tally.runs).toBe(RUNS);
      // A kind of command that is never accepted would show nothing.
      expect(tally.acceptedLessThan(Math.max(1, RUNS / 200))).toEqual([]);
    },
    PATIENCE_MS,
  );

  it.each(Object.entries(RUNS < 1_000 ? WITHOUT : { ...WITHOUT, ...WITHOUT_TOO }))(
    'change without the required proofs if this guard is removed: %s',
    async (_guard, { from, ...edit }) => {
      const mutant = await makeMutant([edit]);
      try {
        const { url } = await world.service.addInstance({}, mutant.folder);
        const limits = { numRuns: MUTANT_RUNS, seed: SEED, endOnFailure: true };
        const { failed, errorInstance } = await fc.check(
          property(fc.constant(from), { url, tally: new Tally() }),
          limits,
        );
        expect([failed, String(errorInstance)]).toEqual([true, expect.stringMatching(/CLAIM REFUTED|instead of/)]);
      } finally {
        await world.service.stopLast();
        mutant.remove();
      }
    },
    PATIENCE_MS,
  );
});
