// One command of a run: planned from the model, sent to the service, and compared. The plan predicts the status.
// invariants.ts states separately what must never happen.
import type { AsyncCommand } from 'fast-check';
import type { Answer, Wish } from '../../support/api.js';
import { checkInvariants, checkStatus } from '../invariants.js';
import type { ClientName, Model } from '../model.js';
import type { Real } from '../real.js';

export interface Play {
  readonly client: ClientName;
  /** The request, or a function that prepares the state and returns the request. */
  readonly wish: Wish | ((real: Real) => Promise<Wish>);
  /** The expected status. */
  readonly status: number;
  /** The things that can be used once and are used if the request is accepted. */
  readonly uses: readonly (string | null)[];
  /** Changes the model if the answer is as expected. */
  settle(answer: Answer): void;
}

const MOST_TRIES = 10;

export type FactorCommand = AsyncCommand<Model, Real>;

/** `plan` returns null if no party can do this now. It changes nothing. */
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
      // Refused commands are checked too, by the next accepted command or at the end of the run.
      if (isAccepted(answer)) await checkInvariants(model, real);
    },
    toString: () => `${kind} ${JSON.stringify(facts)}`,
  };
}

/**
 * A 503 means that nothing was changed, as on a machine too busy to hash in time. A retry must then work as the first
 * try would.
 */
async function judgedAnswer({ client, wish }: Play, real: Real): Promise<Answer> {
  const request = typeof wish === 'function' ? await wish(real) : wish;
  for (let tries = 1; ; tries += 1) {
    const answer = await real.world.send(real.url, client, request);
    if (answer.status !== 503 || tries === MOST_TRIES) return answer;
  }
}

export const isAccepted = (answer: Answer) => answer.status < 300;
