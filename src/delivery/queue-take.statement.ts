// The first CTEs of statements that take due rows from a queue: alerts, pushes, messages. Parameters: $1 the time, $2
// how many rows, $3 how many rows of one tenant, $4 tenants at their limit.

export interface Queue {
  readonly table: string;
  /** The column that says when a row is due. */
  readonly dueAt: string;
  /** Which rows are in the queue. If absent, all with a time. */
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
