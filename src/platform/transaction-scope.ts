// Knows whether the running code is inside a database transaction, so that what is slow can refuse to run there.
// Recorded in tests only: on Node 20 an AsyncLocalStorage in use slows every promise of the process down.
import { AsyncLocalStorage } from 'node:async_hooks';

interface Scope {
  isOpen: boolean;
}

const scopes = new AsyncLocalStorage<Scope>();

/** Runs the work of a transaction. What the work starts and does not wait for is outside as soon as the work has ended. */
export async function inTransactionScope<Result>(work: () => Promise<Result>): Promise<Result> {
  const scope: Scope = { isOpen: true };
  try {
    return await scopes.run(scope, work);
  } finally {
    scope.isOpen = false;
  }
}

/**
 * Called by whatever waits for something else than the transaction's own connection.
 * @throws Error `BUG: …` inside a transaction.
 */
export function refuseInTransaction(what: string): void {
  if (scopes.getStore()?.isOpen === true) throw new Error(`BUG: ${what} inside a transaction (R-03)`);
}
