// Runs changes to one user's factors one after the other within this process. They would wait for the user's row
// anyway, each with a connection of its own: a burst for one user would take the whole pool.
import { Injectable } from '@nestjs/common';
import { Problem } from '../platform/errors/problem.js';

/** Waiting changes of one user on this instance. */
const WAITING = 100;
/** If the database hangs, each change takes seconds to fail. Those behind it fail with it. */
const LONGEST_WAIT_MS = 15_000;

interface Owner {
  readonly tenantId: string;
  readonly userId: string;
}

@Injectable()
export class UserQueue {
  private readonly queues = new Map<string, { last: Promise<unknown>; length: number }>();

  /** @throws Problem `service_unavailable`, immediately if too many wait, and after 15 s. */
  async run<Result>({ tenantId, userId }: Owner, work: () => Promise<Result>): Promise<Result> {
    const key = `${tenantId} ${userId}`;
    const queue = this.queues.get(key) ?? { last: Promise.resolve(), length: 0 };
    // SECURITY(T-24): without the bound, requests for one user would fill the memory while the database is slow.
    if (queue.length > WAITING) throw busy();
    queue.length += 1;
    this.queues.set(key, queue);
    const since = performance.now();
    const turn = queue.last.then(() => {
      if (performance.now() - since > LONGEST_WAIT_MS) throw busy();
      return work();
    });
    queue.last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      queue.length -= 1;
      if (queue.length === 0) this.queues.delete(key);
    }
  }
}

function busy(): Problem {
  return new Problem('service_unavailable', { headers: { 'Retry-After': '1' } });
}
