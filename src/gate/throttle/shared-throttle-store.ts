// Counts requests together with all other instances. If the store does not answer, this instance counts locally at a
// quarter of the limits (R-10: capacity limits degrade, they neither open nor close). It retries the store once a
// second.
import type { BlindIndex } from '../../platform/crypto/blind-index.js';
import { OPERATOR_TENANT_ID } from '../../contract/reserved-tenants.js';
import type { Log } from '../../platform/logging/log.js';
import { recordOf } from './gcra.policy.js';
import type { ThrottleRecord, ThrottleStore } from './limits.js';
import type { StoreCounter } from './store-counter.js';

const PREFIX = 'countersign:throttle:';
/** So up to four instances together allow no more than the limit. */
const SHARE = 4;
const LOOK_EVERY_MS = 1_000;
const LOOK = { key: `${PREFIX}look`, quota: { limit: 1, windowMs: 1_000 } };

export interface SharedThrottleOptions {
  readonly counter: StoreCounter;
  readonly fallback: ThrottleStore;
  readonly index: BlindIndex;
  readonly log: Log;
  /** The store's address, without a password. */
  readonly place: string;
}

export class SharedThrottleStore implements ThrottleStore {
  outages = 0;
  private isDown = false;
  private timer: NodeJS.Timeout | undefined;

  private constructor(private readonly options: SharedThrottleOptions) {}

  /** Does not wait for a store that is down. */
  static async open(options: SharedThrottleOptions): Promise<SharedThrottleStore> {
    const store = new SharedThrottleStore(options);
    await options.counter.connect();
    await options.counter.count(LOOK.key, LOOK.quota).catch((error: unknown) => store.goDown(error));
    return store;
  }

  // SECURITY(T-43): no request waits for a store that is known to be down, and every request is counted.
  async increment(key: string, ttl: number, limit: number): Promise<ThrottleRecord> {
    const quota = { limit, windowMs: ttl };
    if (!this.isDown) {
      try {
        return recordOf(await this.options.counter.count(this.nameOf(key), quota), quota);
      } catch (error) {
        this.goDown(error);
      }
    }
    return this.options.fallback.increment(key, ttl, Math.max(1, Math.floor(limit / SHARE)));
  }

  words(): string {
    const { place } = this.options;
    return this.isDown
      ? `${place} does not answer: counted in this process, at a quarter of the limits, until it does`
      : `shared between instances, in ${place}`;
  }

  close(): void {
    clearTimeout(this.timer);
    this.options.counter.close();
  }

  // SECURITY(T-43): the store and its traffic reveal neither addresses nor clients. RFC 2104 §5: half of the hash
  // suffices.
  private nameOf(key: string): string {
    const digest = this.options.index.of(OPERATOR_TENANT_ID, 'throttle', key);
    return PREFIX + digest.toString('base64url', 0, 16);
  }

  private goDown(error: unknown): void {
    if (this.isDown) return;
    this.isDown = true;
    this.outages += 1;
    this.options.log.warn('the throttle store does not answer: counting locally, at a quarter of the limits', {
      error,
    });
    this.lookAgain();
  }

  private lookAgain(): void {
    this.timer = setTimeout(() => void this.look(), LOOK_EVERY_MS).unref();
  }

  /** A store that answers but cannot write counts as down too. */
  private async look(): Promise<void> {
    try {
      await this.options.counter.count(LOOK.key, LOOK.quota);
      this.isDown = false;
      this.options.log.info('the throttle store answers again: counting together with all instances');
    } catch {
      this.options.counter.renew();
      this.lookAgain();
    }
  }
}
