// What every connection of the service is set to. A setting of the database, of the login, of the URL or of the environment must not
// weaken it, so it is said on the connection itself, and a connection on which it cannot be said is not used.
import type pg from 'pg';

export interface SessionOptions {
  /** Has the rights of the running service and no more. */
  readonly role: string;
  /** `off` for specs, whose databases do not outlive their server. */
  readonly synchronousCommit?: 'on' | 'off' | undefined;
  readonly statementTimeoutMs: number;
}

/** @throws where the server does not take a setting. */
export async function enterSession(client: Pick<pg.ClientBase, 'query'>, options: SessionOptions): Promise<void> {
  const { role, synchronousCommit = 'on', statementTimeoutMs } = options;
  // SECURITY(T-49): an answer that was given is on the disk, and on the synchronous standby where there is one. Without this a
  // crash or a failover gives a used code back.
  await client.query(
    `SET ROLE ${role}; SET synchronous_commit = ${synchronousCommit}; SET statement_timeout = ${statementTimeoutMs}; ` +
      `SET TimeZone = 'UTC'; SET DateStyle = 'ISO, MDY'; SET default_transaction_isolation = 'read committed'`,
  );
}
