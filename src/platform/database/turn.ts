import type { Database, Transaction } from './database.js';
import { named } from './named-statement.js';

const TAKE = named('turn_take', `SELECT pg_try_advisory_xact_lock(hashtextextended(:name::text, 0)) AS "isTaken"`);

/** Runs it in one transaction. Returns null without running it if another instance holds the lock of this name. */
export function inTurn<Result>(
  database: Database,
  name: string,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result | null> {
  return database.inTransaction(async (transaction) => {
    const [row] = await database.runNamed<{ isTaken: boolean }>(TAKE, { name }, transaction);
    return row?.isTaken === true ? work(transaction) : null;
  });
}
