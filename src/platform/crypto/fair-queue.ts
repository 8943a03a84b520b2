/**
 * Shares a few places among many tenants. A tenant above its share waits behind its own calls: free places go to the
 * waiting tenants in turn. Beyond its share of waiting calls, a tenant is refused immediately.
 */

export interface QueueLimits {
  /** Calls that run at the same time, over all tenants. */
  readonly atOnce: number;
  /** Waiting calls of one tenant. */
  readonly waiting: number;
}

export class FairQueue {
  readonly #limits: QueueLimits;
  /** In the order of service. A tenant that was served moves to the end. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #running = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Runs the work when it is the tenant's turn. Null if the tenant's queue is full: the work was not run. */
  async run<Result>(tenantId: string, work: () => Promise<Result>): Promise<{ result: Result } | null> {
    if (!(await this.#enter(tenantId))) return null;
    try {
      return { result: await work() };
    } finally {
      this.#leave();
    }
  }

  /** No overtaking: a place is free only if no call waits. */
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

  /** Passes the place to the tenant that was served longest ago. */
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
