// Keeps failing providers from being asked on and on (the library cockatiel): after a few failures in a row nobody is asked for a while,
// then one, whose outcome decides. Each instance counts for itself. The pause is measured with the machine's clock, which is the library's.
import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  handleAll,
  type CircuitBreakerPolicy,
} from 'cockatiel';

const FAILURES = 5;
const REST_MS = 30_000;

export class Breakers {
  private readonly breakers = new Map<string, CircuitBreakerPolicy>();

  /** Beyond `most` names, the one that was not used for the longest time is forgotten. */
  constructor(private readonly most: number) {}

  /**
   * What `ask` gives, or 'resting' when it was not called.
   * @throws what `ask` threw, which counts as a failure.
   */
  async guard<Answer>(name: string, ask: () => Promise<Answer>): Promise<Answer | 'resting'> {
    try {
      return await this.of(name).execute(ask);
    } catch (error) {
      if (error instanceof BrokenCircuitError) return 'resting';
      throw error;
    }
  }

  private of(name: string): CircuitBreakerPolicy {
    const breaker = this.breakers.get(name) ?? newBreaker();
    this.breakers.delete(name);
    this.breakers.set(name, breaker);
    const [oldest = name] = this.breakers.keys();
    if (this.breakers.size > this.most) this.breakers.delete(oldest);
    return breaker;
  }
}

function newBreaker(): CircuitBreakerPolicy {
  return circuitBreaker(handleAll, { halfOpenAfter: REST_MS, breaker: new ConsecutiveBreaker(FAILURES) });
}
