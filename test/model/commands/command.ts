// One command of a run: planned from what is known, sent to the service, and compared. What the plan foretells is the status;
// what it may not do is stated apart, in invariants.ts.
import type { AsyncCommand } from 'fast-check';
import type { Answer, Wish } from '../../support/api.js';
import { checkInvariants, checkStatus } from '../invariants.js';
import type { ClientName, Model } from '../model.js';
import type { Real } from '../real.js';

export interface Play {
  readonly client: ClientName;
  /** The request, or what is done before it and then the request. */
  readonly wish: Wish | ((real: Real) => Promise<Wish>);
  /** What the service will answer. */
  readonly status: number;
  /** What counts once, if it is accepted. */
  readonly uses: readonly (string | null)[];
  /** What is different afterwards, if the answer is as foretold. */
  settle(answer: Answer): void;
}

const MOST_TRIES = 10;

export type FactorCommand = AsyncCommand<Model, Real>;

/** `plan` returns null where nobody can do this now; it changes nothing. */
export function command(kind: string, facts: object, plan: (model: Model) => Play | null): FactorCommand {
  return {
    check: (model) => plan(model) !== null,
    run: async (model, real) => {
      const play = plan(model);
      if (play === null) throw new Error('BUG: run without a check');
      const answer = await judgedAnswer(play, real);
      real.tally.add(kind, answer.status < 300);
      checkStatus(model, { kind, play, answer });
      play.settle(answer);
      // What was refused is looked at too, by the next of these or at the end of the run.
      if (isAccepted(answer)) await checkInvariants(model, real);
    },
    toString: () => `${kind} ${JSON.stringify(facts)}`,
  };
}

/** A 503 says that nothing was changed, as on a machine too busy to hash in time: asking again must be as good as asking once. */
async function judgedAnswer({ client, wish }: Play, real: Real): Promise<Answer> {
  const request = typeof wish === 'function' ? await wish(real) : wish;
  for (let tries = 1; ; tries += 1) {
    const answer = await real.world.send(real.url, client, request);
    if (answer.status !== 503 || tries === MOST_TRIES) return answer;
  }
}

export const isAccepted = (answer: Answer) => answer.status < 300;
