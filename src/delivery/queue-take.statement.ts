// The first CTEs of the statements that take what is due from a queue: alerts, pushes, messages. Parameters: $1 the time, $2 how many rows
// are taken, $3 how many of one tenant, $4 the tenants that have as many at work already.

export interface Queue {
  readonly table: string;
  /** The column that says when a row is due. */
  readonly dueAt: string;
  /** Which rows are in the queue; all that have a time where it is absent. */
  readonly where?: string;
}

/**
 * The CTEs `ranked` and `due`; `due` holds the keys of the rows taken, locked.
 * SECURITY(T-36): each tenant has a limit, so that one whose backend does not answer does not delay the others.
 */
export function dueRows({ table, dueAt, where }: Queue): string {
  const isDue = `${where === undefined ? '' : `${where} AND `}${dueAt} <= $1::timestamptz`;
  return `ranked AS (
      SELECT tenant_id, id, ${dueAt}, row_number() OVER (PARTITION BY tenant_id ORDER BY ${dueAt}, id) AS place
      FROM ${table} WHERE ${isDue} AND NOT tenant_id = ANY($4::uuid[])
    ),
    due AS (
      SELECT tenant_id, id FROM ${table}
      WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM ranked WHERE place <= $3 ORDER BY ${dueAt}, id LIMIT $2)
        AND ${isDue}
      FOR UPDATE SKIP LOCKED
    )`;
}
