/**
 * Shares a few places among many tenants. A tenant that asks for more than its share waits behind itself: free places go
 * to the waiting tenants in turn. Beyond its share of waiting calls, a tenant is refused at once.
 */

export interface QueueLimits {
  /** How many run at once, over all tenants. */
  readonly atOnce: number;
  /** How many calls of one tenant may wait. */
  readonly waiting: number;
}

export class FairQueue {
  readonly #limits: QueueLimits;
  /** In the order in which the tenants are served; a tenant that was served goes to the end. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #running = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Runs the work when it is the tenant's turn. Null when the tenant has its share waiting: nothing was run. */
  async run<Result>(tenantId: string, work: () => Promise<Result>): Promise<{ result: Result } | null> {
    if (!(await this.#enter(tenantId))) return null;
    try {
      return { result: await work() };
    } finally {
      this.#leave();
    }
  }

  /** Nobody overtakes: a place is free only while nobody waits. */
  async #enter(tenantId: string): Promise<boolean> {
    if (this.#running < this.#limits.atOnce) {
      this.#running += 1;
      return true;
    }
    const own = this.#waiting.get(tenantId) ?? [];
    if (own.length >= this.#limits.waiting) return false;
    this.#waiting.set(tenantId, own);
    await new Promise<void>((resume) => own.push(resume));
    return true;
  }

  /** Hands the place to the tenant that was served longest ago. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    const [tenantId, calls] = next;
    const resume = calls.shift();
    this.#waiting.delete(tenantId);
    if (calls.length > 0) this.#waiting.set(tenantId, calls);
    resume?.();
  }
}
