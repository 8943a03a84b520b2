// Statements for rows that are made once and deleted some time after their expiry. The key of the table decides
// which insert is first. Parameters: `tenant`, `now`, and `expires` if a row is made.

/** Each use of such a table deletes at most this many expired rows, so that the table stays small. */
const SWEPT_ROWS = 8;

export interface ExpiringTable {
  readonly table: string;
  /** The primary key; it begins with the tenant. */
  readonly key: readonly ['tenant_id', ...string[]];
  /** How long a row outlives its `expires_at`. */
  readonly keptMinutes: number;
}

/** Deletes a few expired rows of the tenant. Parallel sweeps take different rows. */
export function sweep({ table, key, keptMinutes }: ExpiringTable): string {
  const columns = key.join(', ');
  return `
      DELETE FROM ${table} WHERE (${columns}) IN (
        SELECT ${columns} FROM ${table}
        WHERE tenant_id = :tenant::uuid AND expires_at < :now::timestamptz - interval '${keptMinutes} minutes'
        ORDER BY expires_at LIMIT ${SWEPT_ROWS} FOR UPDATE SKIP LOCKED)`;
}

/**
 * Makes the row with this key. Returns the tenant's id the first time, and no row afterwards. `from` can add a
 * condition.
 */
export function makeOnce({ table, key }: ExpiringTable, values: readonly string[], from = ''): string {
  return `
      INSERT INTO ${table} (${key.join(', ')}, expires_at)
      SELECT :tenant::uuid, ${values.join(', ')}, :expires::timestamptz ${from}
      ON CONFLICT DO NOTHING RETURNING tenant_id`;
}
