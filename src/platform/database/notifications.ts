// Notifications from other instances (LISTEN and NOTIFY), on one connection of its own, opened by the first listener. A
// notification is only a hint to read the database: some are lost when the connection breaks.
import pg from 'pg';
import type { Log } from '../logging/log.js';
import { enterSession } from './session.js';

export interface NotificationOptions {
  readonly url: string;
  /** The role at the start of the connection, as in the pool. */
  readonly role: string;
  readonly log: Log;
}

export interface Listener {
  /** The payload of a notification. */
  heard(payload: string): void;
  /** Connected, or reconnected: notifications may have been missed. */
  missed(): void;
}

const PROBE_MS = 10_000;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5_000;
// Quoted in SQL, so only these characters are allowed.
const CHANNEL = /^[a-z_]{1,60}$/;

export class Notifications {
  private readonly listeners = new Map<string, Listener>();
  private client: pg.Client | undefined;
  private connecting: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private retryMs = FIRST_RETRY_MS;
  private closed = false;

  constructor(private readonly options: NotificationOptions) {}

  /**
   * One listener for each channel. Resolves when it listens, or when the database cannot be reached; then it retries
   * later.
   */
  async listen(channel: string, listener: Listener): Promise<void> {
    if (!CHANNEL.test(channel)) throw new Error('BUG: not a channel');
    if (!this.listeners.has(channel)) {
      this.listeners.set(channel, listener);
      await this.client?.query(`LISTEN ${channel}`).catch(() => undefined);
    }
    if (!this.client && !this.timer) await this.connect();
    else await this.connecting;
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.connecting;
    await this.client?.end().catch(() => undefined);
  }

  private connect(): Promise<void> {
    this.connecting ??= this.tryToConnect().finally(() => (this.connecting = undefined));
    return this.connecting;
  }

  private async tryToConnect(): Promise<void> {
    if (this.closed) return;
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: 'countersign (listening)',
      // This connection only receives. Without probes a dead peer would go unnoticed.
      keepAlive: true,
      keepAliveInitialDelayMillis: PROBE_MS,
      connectionTimeoutMillis: 3_000,
      query_timeout: 3_000,
    });
    client.on('error', () => undefined);
    client.on('notification', ({ channel, payload = '' }) => this.listeners.get(channel)?.heard(payload));
    try {
      await client.connect();
      await enterSession(client, { ...this.options, statementTimeoutMs: 3_000 });
      for (const channel of this.listeners.keys()) await client.query(`LISTEN ${channel}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      this.lost(error);
      return;
    }
    this.client = client;
    this.retryMs = FIRST_RETRY_MS;
    client.once('end', () => {
      this.client = undefined;
      this.lost(new Error('the connection ended'));
    });
    this.tellAll();
  }

  private lost(error: unknown): void {
    if (this.closed) return;
    this.options.log.warn('notifications of the database are not received', { error });
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.connect();
    }, this.retryMs);
    this.timer.unref();
    this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
  }

  private tellAll(): void {
    for (const listener of this.listeners.values()) listener.missed();
  }
}
