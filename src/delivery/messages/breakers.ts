// Circuit breakers for providers (library cockatiel). After several failures in a row a provider is not called for a
// pause. Then one call decides. Each instance counts for itself. The library measures the pause with the machine's
// clock.
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

  /** Beyond `most` names, the least recently used one is evicted. */
  constructor(private readonly most: number) {}

  /**
   * The result of `ask`, or 'resting' if it was not called.
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
