// Counts requests together with all other instances. Where the store does not answer, this instance counts by itself at a quarter of the
// limits (R-10: capacity limits degrade, they neither open nor close), asks the store once a second, and goes back to it.
import type { BlindIndex } from '../../platform/crypto/blind-index.js';
import { OPERATOR_TENANT_ID } from '../../contract/reserved-tenants.js';
import type { Log } from '../../platform/logging/log.js';
import { recordOf } from './gcra.policy.js';
import type { ThrottleRecord, ThrottleStore } from './limits.js';
import type { StoreCounter } from './store-counter.js';

const PREFIX = 'countersign:throttle:';
/** Up to four instances allow together no more than the limit. */
const SHARE = 4;
const LOOK_EVERY_MS = 1_000;
const LOOK = { key: `${PREFIX}look`, quota: { limit: 1, windowMs: 1_000 } };

export interface SharedThrottleOptions {
  readonly counter: StoreCounter;
  readonly fallback: ThrottleStore;
  readonly index: BlindIndex;
  readonly log: Log;
  /** Where the store is, without a password. */
  readonly place: string;
}

export class SharedThrottleStore implements ThrottleStore {
  outages = 0;
  private isDown = false;
  private timer: NodeJS.Timeout | undefined;

  private constructor(private readonly options: SharedThrottleOptions) {}

  /** Does not wait for a store that is not there. */
  static async open(options: SharedThrottleOptions): Promise<SharedThrottleStore> {
    const store = new SharedThrottleStore(options);
    await options.counter.connect();
    await options.counter.count(LOOK.key, LOOK.quota).catch((error: unknown) => store.goDown(error));
    return store;
  }

  // SECURITY(T-43): no request waits for a store that is known to be down, and none is answered without a count.
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

  // SECURITY(T-43): who reads the store, or its traffic, learns neither addresses nor clients. RFC 2104 §5: half of the hash is enough.
  private nameOf(key: string): string {
    const digest = this.options.index.of(OPERATOR_TENANT_ID, 'throttle', key);
    return PREFIX + digest.toString('base64url', 0, 16);
  }

  private goDown(error: unknown): void {
    if (this.isDown) return;
    this.isDown = true;
    this.outages += 1;
    this.options.log.warn('the throttle store does not answer: counting alone, at a quarter of the limits', { error });
    this.lookAgain();
  }

  private lookAgain(): void {
    this.timer = setTimeout(() => void this.look(), LOOK_EVERY_MS).unref();
  }

  /** By what requests do: a store that answers and cannot write is down too. */
  private async look(): Promise<void> {
    try {
      await this.options.counter.count(LOOK.key, LOOK.quota);
      this.isDown = false;
      this.options.log.info('the throttle store is back: counting together with all instances');
    } catch {
      this.options.counter.renew();
      this.lookAgain();
    }
  }
}
