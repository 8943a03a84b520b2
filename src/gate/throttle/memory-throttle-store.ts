// Counts requests in fixed windows, in this process. Behind the storage interface of @nestjs/throttler, whose own store
// sets a timer per request (0.5 ms on a busy key). It protects capacity, not secrets: those limits live in PostgreSQL.
import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { Clock } from '../../platform/clock/clock.js';
import type { ThrottleRecord } from './limits.js';

interface Window {
  hits: number;
  endsAt: number;
}

// About 15 MB. Beyond it the oldest window is forgotten: whoever can send from 100,000 addresses gains nothing by it.
const MAX_KEYS = 100_000;

@Injectable()
export class MemoryThrottleStore implements ThrottlerStorage {
  private readonly windows = new Map<string, Window>();

  constructor(private readonly clock: Clock) {}

  /** Never rejects. `ttl` in milliseconds; the answer's times are whole seconds, rounded up. */
  increment(key: string, ttl: number, limit: number): Promise<ThrottleRecord> {
    return Promise.resolve(this.count(key, ttl, limit));
  }

  private count(key: string, ttl: number, limit: number): ThrottleRecord {
    const nowMs = this.clock.nowMs();
    const known = this.windows.get(key);
    // A clock that was set back would keep a window open for good; a window never lasts longer than its length.
    const isLive = known !== undefined && nowMs < known.endsAt && known.endsAt - nowMs <= ttl;
    const window = isLive ? known : this.open(key, nowMs + ttl);
    window.hits += 1;
    const timeToExpire = Math.ceil((window.endsAt - nowMs) / 1_000);
    const isBlocked = window.hits > limit;
    return { totalHits: window.hits, timeToExpire, isBlocked, timeToBlockExpire: isBlocked ? timeToExpire : 0 };
  }

  private open(key: string, endsAt: number): Window {
    const window = { hits: 0, endsAt };
    this.windows.delete(key);
    this.windows.set(key, window);
    const [oldest] = this.windows.size > MAX_KEYS ? this.windows.keys() : [];
    if (oldest !== undefined) this.windows.delete(oldest);
    return window;
  }
}
