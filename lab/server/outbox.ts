// The messages of the service: the lines of its outbox, which replaces the tenant's provider.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MESSAGES_CHANNEL } from '../../src/phones/messages/message.statement.js';
import { START_WITHIN_MS } from '../../src/platform/clock/start.js';
import type { Sent } from '../../test/support/phones.js';
import type { Ground, LabTenant } from './ground.js';

/** A message that was taken but not checked is due again within this time. */
const TAKEN_MS = 5_000;
const TRIES = 400;
const PAUSE_MS = 25;

const DUE = `SELECT count(*)::int AS n FROM messages WHERE tenant_id = $1 AND due_at <= $2`;

export class Outbox {
  private readonly sinceMs: number;

  constructor(
    private readonly ground: Ground,
    private readonly tenant: LabTenant,
  ) {
    this.sinceMs = ground.nowMs;
  }

  /** Messages to these numbers since this object was made, in the order of sending. */
  sent(numbers: ReadonlySet<string>): Sent[] {
    const file = join(this.ground.service.dataDir, 'outbox.jsonl');
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    const all = lines.map((line) => JSON.parse(line) as Sent);
    return all.filter(({ at, phoneNumber }) => numbers.has(phoneNumber) && Date.parse(at) >= this.sinceMs);
  }

  /**
   * A second later, after the worker has done all due work: messages are sent, withheld, or counted for their block
   * after they expired.
   */
  async workedOff(): Promise<void> {
    const { ground } = this;
    await ground.at(ground.nowMs + START_WITHIN_MS);
    await ground.service.sql(`SELECT pg_notify('${MESSAGES_CHANNEL}', '')`);
    for (let tries = 0; tries < TRIES; tries += 1) {
      const [row] = await ground.service.sql<{ n: number }>(DUE, [this.tenant.uuid, new Date(ground.nowMs + TAKEN_MS)]);
      if (row?.n === 0) return;
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
    throw new Error('messages were not worked off');
  }
}
