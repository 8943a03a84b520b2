// Counts requests in this process (gcra.policy.ts), behind the storage interface of @nestjs/throttler. Its own store
// sets a timer per request (0.5 ms on a busy key). This protects capacity, not secrets: those limits are in PostgreSQL.
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { counted, paceOf, recordOf, type Quota } from './gcra.policy.js';
import type { ThrottleRecord, ThrottleStore } from './limits.js';

// About 15 MB. Beyond it the least recently seen caller is evicted. An attacker with 100,000 addresses gains nothing by
// that.
const MAX_KEYS = 100_000;

@Injectable()
export class MemoryThrottleStore implements ThrottleStore {
  readonly outages = 0;
  /** By caller: the time at which the whole limit is free, in microseconds. */
  private readonly wholeAt = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  increment(key: string, ttl: number, limit: number): Promise<ThrottleRecord> {
    return Promise.resolve(this.count(key, { limit, windowMs: ttl }));
  }

  words(): string {
    return 'counted in this process, not shared between instances';
  }

  close(): void {
    this.wholeAt.clear();
  }

  private count(key: string, quota: Quota): ThrottleRecord {
    const nowUs = this.clock.nowMs() * 1_000;
    const count = counted(this.wholeAt.get(key), nowUs, paceOf(quota));
    this.keep(key, nowUs + count.aheadUs);
    return recordOf(count, quota);
  }

  private keep(key: string, wholeAtUs: number): void {
    this.wholeAt.delete(key);
    this.wholeAt.set(key, wholeAtUs);
    const [oldest] = this.wholeAt.size > MAX_KEYS ? this.wholeAt.keys() : [];
    if (oldest !== undefined) this.wholeAt.delete(oldest);
  }
}
