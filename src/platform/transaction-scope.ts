// Knows whether the running code is inside a database transaction, so that slow work can refuse to run there.
// Used in tests only: on Node 20 an AsyncLocalStorage in use slows down every promise.
import { AsyncLocalStorage } from 'node:async_hooks';

interface Scope {
  isOpen: boolean;
}

const scopes = new AsyncLocalStorage<Scope>();

/**
 * Runs the work of a transaction. Promises that it starts and does not await count as outside once the work has ended.
 */
export async function inTransactionScope<Result>(work: () => Promise<Result>): Promise<Result> {
  const scope: Scope = { isOpen: true };
  try {
    return await scopes.run(scope, work);
  } finally {
    scope.isOpen = false;
  }
}

/**
 * Called by code that waits for anything but the transaction's own connection.
 * @throws Error `BUG: …` inside a transaction.
 */
export function refuseInTransaction(what: string): void {
  if (scopes.getStore()?.isOpen === true) throw new Error(`BUG: ${what} inside a transaction (R-03)`);
}
