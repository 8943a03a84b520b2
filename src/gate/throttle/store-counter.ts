// Counts requests in Valkey or Redis, one script a request. Fails fast: no offline queue, no retries, an answer within
// 100 ms. The caller handles failures.
import { Redis, type RedisOptions } from 'ioredis';
import { GCRA_SCRIPT } from './gcra-script.js';
import { paceOf, type Count, type Pace, type Quota } from './gcra.policy.js';

/** A store in the same network answers in one millisecond. */
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
    // The next count meets the failure. Without a listener the library would write it to standard error.
    this.client.on('error', () => undefined);
  }

  /** Resolves once connected, or after a second without a connection. Reconnecting continues. */
  async connect(): Promise<void> {
    await inTime(this.client.connect(), CONNECT_MS).catch(() => undefined);
  }

  /** Reconnects: the present connection may be dead, or lead to a former store. */
  renew(): void {
    this.client.disconnect(true);
  }

  /** @throws any error that prevents the store from counting in time. */
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
      // A restarted store does not have the script.
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

// SECURITY(T-43): an answer of another form, or out of range, counts as no answer. Otherwise an attacker on the
// connection could block every caller with a large number.
function countOf(answer: unknown, { wholeUs }: Pace): StoreCount {
  const [allowed, aheadUs, nowUs] = Array.isArray(answer) ? (answer as unknown[]) : [];
  const isSound = (allowed === 0 || allowed === 1) && isWhole(aheadUs) && aheadUs <= wholeUs && isWhole(nowUs);
  if (!isSound) throw new Error('the throttle store sent an invalid answer');
  return { isAllowed: allowed === 1, aheadUs, nowUs };
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/**
 * The timeout has four parts, and after each all received data is read. A single timer, such as the library's
 * `commandTimeout`, also fires if this process was busy for that long. Under a burst the store would then seem to be
 * down.
 */
function inTime<Result>(work: Promise<Result>, patienceMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_done, failed) => {
    const wait = (parts: number) => {
      const check = () => {
        if (parts > 1) wait(parts - 1);
        else failed(new Error('the throttle store took too long'));
      };
      timer = setTimeout(() => setImmediate(check), patienceMs / PARTS);
    };
    wait(PARTS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
