// Numbers the events and alerts of each tenant after they are committed. One caller at a time, whichever instance; the functions of the
// database (20261128040000_event_numbers) do it in one statement, so that a caller that stops in the middle holds nobody up.
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';

/** Numbered in one turn: some ten milliseconds. */
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
  /** There may be more: take another turn at once. */
  readonly isMore: boolean;
  /** The place of what was inserted last, committed or not. */
  readonly newestPlace: string;
}

export interface Waiting {
  readonly place: string;
  readonly at: Date;
}

@Injectable()
export class EventOrderRepository {
  constructor(private readonly database: Database) {}

  /** Null where another caller has the turn. */
  async turn(fromPlace: string): Promise<Turn | null> {
    const [turn] = await this.database.runNamed<Turn>(TURN, { from_place: fromPlace });
    return turn ?? null;
  }

  /** The event that has waited longest for its number; null where none waits. */
  async oldest(fromPlace: string): Promise<Waiting | null> {
    const [oldest] = await this.database.runNamed<Waiting>(OLDEST, { from_place: fromPlace });
    return oldest ?? null;
  }
}
