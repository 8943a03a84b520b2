// The settings of every connection. They are set on the connection itself, so that no setting of the database, the
// login, the URL or the environment weakens them. A connection that refuses them is not used.
import type pg from 'pg';

export interface SessionOptions {
  /** A role with the rights of the running service only. */
  readonly role: string;
  /** `off` for specs, whose databases do not outlive their server. */
  readonly synchronousCommit?: 'on' | 'off' | undefined;
  readonly statementTimeoutMs: number;
}

/** @throws if the server refuses a setting. */
export async function enterSession(client: Pick<pg.ClientBase, 'query'>, options: SessionOptions): Promise<void> {
  const { role, synchronousCommit = 'on', statementTimeoutMs } = options;
  // SECURITY(T-49): what was answered is on disk, and on the synchronous standby if there is one. Without this, a used
  // code would be valid again after a crash or failover.
  await client.query(
    `SET ROLE ${role}; SET synchronous_commit = ${synchronousCommit}; SET statement_timeout = ${statementTimeoutMs}; ` +
      `SET TimeZone = 'UTC'; SET DateStyle = 'ISO, MDY'; SET default_transaction_isolation = 'read committed'`,
  );
}
