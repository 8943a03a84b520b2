// Numbers the events and alerts of each tenant after their commit. One instance at a time. Database functions
// (20261128040000_event_numbers) do it in one statement, so that a process that stops halfway blocks no other.
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';

/** Numbered in one turn, in about ten milliseconds. */
const MOST = 1_000;

const TURN = named(
  'order_turn',
  `
    SELECT numbered, is_more AS "isMore", newest_place::text AS "newestPlace"
    FROM number_audit_events(:from_place::bigint, ${MOST})`,
);

const OLDEST = named(
  'order_oldest',
  `
    SELECT place::text, at FROM audit_inbox JOIN audit_events USING (tenant_id, tx, id)
    WHERE place > :from_place::bigint ORDER BY place LIMIT 1`,
);

export interface Turn {
  readonly numbered: number;
  /** Whether there may be more, so that another turn should follow. */
  readonly isMore: boolean;
  /** The place of the last inserted event, committed or not. */
  readonly newestPlace: string;
}

export interface Waiting {
  readonly place: string;
  readonly at: Date;
}

@Injectable()
export class EventOrderRepository {
  constructor(private readonly database: Database) {}

  /** Null: another instance is numbering. */
  async turn(fromPlace: string): Promise<Turn | null> {
    const [turn] = await this.database.runNamed<Turn>(TURN, { from_place: fromPlace });
    return turn ?? null;
  }

  /** The event that has waited longest for its number. Null if none waits. */
  async oldest(fromPlace: string): Promise<Waiting | null> {
    const [oldest] = await this.database.runNamed<Waiting>(OLDEST, { from_place: fromPlace });
    return oldest ?? null;
  }
}
