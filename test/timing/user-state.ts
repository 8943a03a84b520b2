// Keeps each class unchanged: after each block, every touched user row, decoys included, is written back as it was
// after the preparation. All classes are treated alike, because the restoration itself could otherwise tell them apart.
import type pg from 'pg';

/** The columns that an attempt changes (attempt.statement.ts). */
const COLUMNS = ['consecutive_failures', 'recent_failures', 'locked_until', 'claims', 'last_refusal', 'last_tried_at'];

export async function keepUsers(owner: pg.Client): Promise<void> {
  // From here on, a row with a time of its last try was touched afterwards.
  await owner.query('UPDATE users SET last_tried_at = NULL');
  await owner.query(`
    CREATE TABLE timing_kept AS
    SELECT tenant_id, user_id, pg_current_xact_id()::text::bigint AS tx, ${COLUMNS.join(', ')} FROM users`);
  await owner.query('VACUUM ANALYZE');
}

export async function restoreUsers(owner: pg.Client): Promise<void> {
  const columns = COLUMNS.map((column) => `${column} = kept.${column}`).join(', ');
  await owner.query(`
    UPDATE users SET ${columns} FROM timing_kept AS kept
    WHERE users.last_tried_at IS NOT NULL AND kept.tenant_id = users.tenant_id AND kept.user_id = users.user_id`);
}

export interface ExpectedReasons {
  /** LIKE pattern. */
  readonly action: string;
  /** By the beginning of the user ids: the reason of the events, or their action if they have no reason. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** Classes for which the audit log shows another reason than expected. */
export async function strayReasons(owner: pg.Client, { action, reasons }: ExpectedReasons): Promise<string[]> {
  const text = `
    SELECT split_part(user_id, '-', 1) AS kind, array_agg(DISTINCT coalesce(reason, action)) AS found
    FROM audit_events WHERE action LIKE $1 AND tx > (SELECT max(tx) FROM timing_kept) GROUP BY 1`;
  const { rows } = await owner.query<{ kind: string; found: string[] }>(text, [action]);
  const found = new Map(rows.map((row) => [row.kind, row.found.join(', ')]));
  return Object.entries(reasons)
    .filter(([kind, reason]) => found.get(kind) !== reason)
    .map(([kind, reason]) => `the class “${kind}” stands for ${reason} and met ${found.get(kind) ?? 'nothing'}`);
}
