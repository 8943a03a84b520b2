// Reads a tenant's log and alerts page by page as a client does, and creates states that only an operator could cause.
import pg from 'pg';
import { call } from './api.js';
import type { Stage } from './stage.js';

export interface ShownEvent {
  readonly id: string;
  readonly action: string;
  readonly userId?: string;
}

interface Page<Item> {
  readonly data: readonly Item[];
  readonly nextCursor: string | null;
}

/** How long an event may take to get its number on a busy machine. */
const SHOWN_WITHIN_MS = 10_000;

export class EventLog {
  constructor(
    stage: Stage,
    private readonly token = () => stage.token,
    private readonly url = stage.service.url,
  ) {}

  /** A page; for a refusal its status. */
  async page<Item = ShownEvent>(after: string | null, limit = 2, path = '/v1/audit-events'): Promise<Page<Item>> {
    const query = `?limit=${limit}${after === null ? '' : `&after=${after}`}`;
    const answer = await call(this.url, { path: `${path}${query}`, token: this.token() });
    if (answer.status !== 200) throw new Error(`the page was answered with ${answer.status}: ${answer.text}`);
    return answer.json() as Page<Item>;
  }

  /** All events after a cursor in pages of `limit`, and the last cursor. */
  async readOn(after: string | null, limit = 100): Promise<{ events: ShownEvent[]; cursor: string | null }> {
    const events: ShownEvent[] = [];
    let cursor = after;
    for (;;) {
      const { data, nextCursor } = await this.page(cursor, limit);
      events.push(...data);
      if (nextCursor === null) return { events, cursor };
      cursor = nextCursor;
    }
  }

  /** Reads until an event of this user is shown; returns the time that it took. */
  async untilShown(userId: string): Promise<number> {
    const startedAt = performance.now();
    while (performance.now() - startedAt < SHOWN_WITHIN_MS) {
      if ((await this.readOn(null)).events.some((event) => event.userId === userId))
        return performance.now() - startedAt;
      await new Promise((done) => setTimeout(done, 20));
    }
    throw new Error(`the event of ${userId} was never shown`);
  }
}

/** A transaction that has an id and stays open. */
export async function openTransaction(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT pg_current_xact_id()');
  return client;
}

/** Raises the transaction ids of all rows by `ahead`, as after a restore of a dump from another cluster. */
export async function restoredFromAhead(stage: Stage, ahead: string): Promise<void> {
  const tables = await stage.service.sql<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'tx'`,
  );
  const moves = tables.map(
    ({ name }) => `ALTER TABLE ${name} DISABLE TRIGGER USER; UPDATE ${name} SET tx = tx + ${ahead};
                   ALTER TABLE ${name} ENABLE TRIGGER USER;`,
  );
  await stage.service.sql(`BEGIN; ${moves.join('\n')} COMMIT`);
}
