// Owner of the table user_query_counts: users queried in a day, by client and for the whole tenant.
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import { ACCEPTED, OLDEST, WEEK, type DayCount } from './harvest.policy.js';

/** Days that a count is kept: the last week, and the weeks that it is compared with. */
const KEPT_DAYS = OLDEST + WEEK;
const ROWS = 1_000;

/** What is counted separately: the client's or the tenant's queries, by kind of route and kind of user. */
export interface CountKey {
  /** A client, or the tenant itself. */
  readonly subjectId: string;
  readonly isStoppable: boolean;
  readonly isEnrolled: boolean;
  /** Days since 1970, UTC. */
  readonly day: number;
}

export interface Change extends CountKey {
  readonly open: number;
  readonly proven: number;
  readonly unproven: number;
}

export type CountRow = Change & Pick<DayCount, 'alertLevel'>;

const ADD = named(
  'user_query_count_add',
  `
    WITH swept AS (
      DELETE FROM user_query_counts WHERE (tenant_id, subject_id, is_stoppable, is_enrolled, day) IN (
        SELECT tenant_id, subject_id, is_stoppable, is_enrolled, day FROM user_query_counts
        WHERE tenant_id = :tenant::uuid AND day < date '1970-01-01' + :today::int - ${KEPT_DAYS} ORDER BY day LIMIT ${ROWS})
    )
    INSERT INTO user_query_counts AS kept (tenant_id, subject_id, is_stoppable, is_enrolled, day, open, proven, unproven)
    SELECT :tenant::uuid, "subjectId", "isStoppable", "isEnrolled", date '1970-01-01' + day, open, proven, unproven
    FROM jsonb_to_recordset(:changes::jsonb) AS change("subjectId" uuid, "isStoppable" boolean, "isEnrolled" boolean, day int, open int, proven int, unproven int)
    ON CONFLICT (tenant_id, subject_id, is_stoppable, is_enrolled, day) DO UPDATE SET
      open = kept.open + excluded.open, proven = kept.proven + excluded.proven, unproven = kept.unproven + excluded.unproven`,
);

const OF = named(
  'user_query_count_of',
  `
    SELECT subject_id::text AS "subjectId", is_stoppable AS "isStoppable", is_enrolled AS "isEnrolled", day - date '1970-01-01' AS day,
      open, proven, unproven, told::int AS "alertLevel"
    FROM user_query_counts WHERE tenant_id = :tenant::uuid AND subject_id = ANY(:subjects::uuid[])`,
);

const SET_ALERT_LEVEL = named(
  'user_query_count_set_alert_level',
  `
    UPDATE user_query_counts SET told = :level::smallint
    WHERE tenant_id = :tenant::uuid AND subject_id = :subject::uuid AND is_stoppable = :stoppable::boolean
      AND is_enrolled = :enrolled::boolean AND day = date '1970-01-01' + :day::int`,
);

// The tenant's own days are accepted too: a client's queries count in both.
const ACCEPT = named(
  'user_query_count_accept',
  `
    UPDATE user_query_counts SET told = ${ACCEPTED}
    WHERE tenant_id = :tenant::uuid AND subject_id IN (:client::uuid, :tenant::uuid) AND told BETWEEN 1 AND 2 RETURNING subject_id`,
);

@Injectable()
export class QueryCountRepository {
  constructor(private readonly database: Database) {}

  async add(
    transaction: Transaction,
    tenantId: string,
    { changes, today }: { changes: readonly Change[]; today: number },
  ) {
    const values = { tenant: tenantId, changes: JSON.stringify(changes), today };
    await this.database.runNamed(ADD, values, transaction);
  }

  /** All counts of these subjects. */
  of(transaction: Transaction, tenantId: string, subjects: readonly string[]): Promise<CountRow[]> {
    return this.database.runNamed<CountRow>(OF, { tenant: tenantId, subjects }, transaction);
  }

  async setAlertLevel(
    transaction: Transaction,
    tenantId: string,
    { alertLevel, ...key }: CountKey & { alertLevel: number },
  ): Promise<void> {
    const { subjectId, isStoppable, isEnrolled, day } = key;
    const values = {
      tenant: tenantId,
      subject: subjectId,
      stoppable: isStoppable,
      enrolled: isEnrolled,
      day,
      level: alertLevel,
    };
    await this.database.runNamed(SET_ALERT_LEVEL, values, transaction);
  }

  /** Turns days with an alert into ordinary days, which later ones are compared with. False if there is none. */
  async accept(transaction: Transaction, tenantId: string, clientId: string): Promise<boolean> {
    const values = { tenant: tenantId, client: clientId };
    return (await this.database.runNamed(ACCEPT, values, transaction)).length > 0;
  }
}
