// Counts requests in Valkey or Redis, one script a request. Fails soon instead of waiting: no offline queue, no retries, an answer within
// 100 ms. What fails is for its caller to judge.
import { Redis, type RedisOptions } from 'ioredis';
import { GCRA_SCRIPT } from './gcra-script.js';
import { paceOf, type Count, type Pace, type Quota } from './gcra.policy.js';

/** A store in the same network answers in one. */
export const PATIENCE_MS = 100;
const PARTS = 4;
const CONNECT_MS = 1_000;
const RECONNECT_FROM_MS = 50;
const RECONNECT_MAX_MS = 1_000;

export interface StoreCount extends Count {
  /** The store's time. */
  readonly nowUs: number;
}

export class StoreCounter {
  private readonly client: Redis;
  private sha: string | undefined;

  constructor(url: string) {
    this.client = new Redis(optionsOf(new URL(url)));
    // What breaks is met by the next count; without a listener the library writes it to standard error.
    this.client.on('error', () => undefined);
  }

  /** Resolves once there is a connection, or none for a second; goes on trying by itself. */
  async connect(): Promise<void> {
    await inTime(this.client.connect(), CONNECT_MS).catch(() => undefined);
  }

  /** Another connection: this one may lead to nobody any more, or to a store that others have left. */
  renew(): void {
    this.client.disconnect(true);
  }

  /** @throws whatever keeps the store from counting in time. */
  async count(key: string, quota: Quota): Promise<StoreCount> {
    const pace = paceOf(quota);
    return countOf(await inTime(this.run(key, pace), PATIENCE_MS), pace);
  }

  close(): void {
    this.client.disconnect();
  }

  private async run(key: string, pace: Pace): Promise<unknown> {
    const { intervalUs, wholeUs } = pace;
    const sha = this.sha ?? (await this.load());
    try {
      return await this.client.evalsha(sha, 1, key, intervalUs, wholeUs);
    } catch (error) {
      // A store that was started anew knows no scripts.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return this.client.evalsha(await this.load(), 1, key, intervalUs, wholeUs);
    }
  }

  private async load(): Promise<string> {
    const sha = String(await this.client.script('LOAD', GCRA_SCRIPT));
    this.sha = sha;
    return sha;
  }
}

function optionsOf({ protocol, hostname, port, username, password, pathname }: URL) {
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 6379 : Number(port),
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    db: Number(pathname.slice(1)),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_MS,
    disableClientInfo: true,
    retryStrategy: (times: number) => Math.min(RECONNECT_FROM_MS * 2 ** Math.min(times, 10), RECONNECT_MAX_MS),
  } satisfies RedisOptions;
}

// SECURITY(T-43): a store that answers with something else, or with more than can be, is one that does not answer. Without this whoever
// stands between could keep everybody out for as long as a number is long.
function countOf(answer: unknown, { wholeUs }: Pace): StoreCount {
  const [allowed, aheadUs, nowUs] = Array.isArray(answer) ? (answer as unknown[]) : [];
  const isSound = (allowed === 0 || allowed === 1) && isWhole(aheadUs) && aheadUs <= wholeUs && isWhole(nowUs);
  if (!isSound) throw new Error('the throttle store answered with something else');
  return { isAllowed: allowed === 1, aheadUs, nowUs };
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/**
 * Patience is counted in four parts, and after each everything that has arrived is read. One timer alone, and so the library's
 * `commandTimeout`, goes off when this process was busy for as long, before it has sent what it asks or read what was answered: under a burst
 * the store would seem to be gone when it is needed most.
 */
function inTime<Result>(work: Promise<Result>, patienceMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_done, failed) => {
    const wait = (parts: number) => {
      const judge = () => {
        if (parts > 1) wait(parts - 1);
        else failed(new Error('the throttle store took too long'));
      };
      timer = setTimeout(() => setImmediate(judge), patienceMs / PARTS);
    };
    wait(PARTS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
