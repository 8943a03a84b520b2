// Circuit breakers for providers, one for each name; breaker.policy.ts has the rule. Each instance of the service counts
// for itself.
import type { Clock } from '../../platform/clock/clock.js';
import { afterFailure, afterSuccess, CLOSED, decideCall } from './breaker.policy.js';

export class Breakers {
  private readonly breakers = new Map<string, GuardedCalls>();

  /** Beyond `most` names, the least recently used one is evicted. */
  constructor(
    private readonly most: number,
    private readonly clock: Clock,
  ) {}

  /**
   * The result of `ask`, or 'resting' if it was not called.
   * @throws what `ask` threw, which counts as a failure.
   */
  guard<Answer>(name: string, ask: () => Promise<Answer>): Promise<Answer | 'resting'> {
    return this.of(name).guard(ask);
  }

  private of(name: string): GuardedCalls {
    const breaker = this.breakers.get(name) ?? new GuardedCalls(this.clock);
    this.breakers.delete(name);
    this.breakers.set(name, breaker);
    const [oldest = name] = this.breakers.keys();
    if (this.breakers.size > this.most) this.breakers.delete(oldest);
    return breaker;
  }
}

class GuardedCalls {
  private breaker = CLOSED;
  private trial: Promise<unknown> | null = null;

  constructor(private readonly clock: Clock) {}

  async guard<Answer>(ask: () => Promise<Answer>): Promise<Answer | 'resting'> {
    while (this.trial) await this.trial.catch(() => undefined);
    const decision = decideCall(this.breaker, this.clock.nowMs());
    if (decision === 'rest') return 'resting';
    if (decision === 'call') return this.counted(ask, false);
    const trial = this.counted(ask, true).finally(() => (this.trial = null));
    this.trial = trial;
    return trial;
  }

  private async counted<Answer>(ask: () => Promise<Answer>, isTrial: boolean): Promise<Answer> {
    try {
      const answer = await ask();
      this.breaker = afterSuccess(this.breaker, isTrial);
      return answer;
    } catch (error) {
      this.breaker = afterFailure(this.breaker, isTrial, this.clock.nowMs());
      throw error;
    }
  }
}
