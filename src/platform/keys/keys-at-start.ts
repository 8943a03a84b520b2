// Checks the key ring at the start, and reads which rows are bound, at the start and every few seconds until all are.
import type { Clock } from '../clock/clock.js';
import type { KeyRing } from '../crypto/key-ring.js';
import type { Database } from '../database/database.js';
import type { Log } from '../logging/log.js';
import { BINDING_NAMES } from './bindings.js';
import { BoundRows } from './bound-rows.js';
import { KeyChecks } from './key-checks.js';
import { RowBinder } from './row-binder.js';

const POLL_MS = 5_000;

export interface KeysAtStart {
  readonly database: Database;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Whether this is the only process that writes to the database. It then adopts rows of an older release by itself.
   */
  readonly isAlone: boolean;
}

export interface HeldKeys {
  readonly binder: RowBinder;
  stop(): void;
}

/** @throws OperatorError as `KeyChecks.compare`. */
export async function keysAtStart({ database, keyRing, clock, log, isAlone }: KeysAtStart): Promise<HeldKeys> {
  const binder = new RowBinder(keyRing);
  const rows = new BoundRows(database, keyRing, binder, clock);
  await new KeyChecks(database, keyRing, clock, rows).compare();
  let waiting = await rows.begin();
  if (isAlone) {
    for (const name of waiting) await rows.adopt(name);
    waiting = await rows.refresh();
  }
  if (waiting.length === 0) return { binder, stop: () => undefined };
  log.warn('rows of an older release are not bound yet: run `keys adopt` once no instance of it runs any more', {
    count: BINDING_NAMES.length,
  });
  const timer = setInterval(() => {
    rows.refresh().then(
      ({ length }) => length === 0 && clearInterval(timer),
      (error: unknown) => log.warn('the bound rows could not be read', { error }),
    );
  }, POLL_MS);
  timer.unref();
  return { binder, stop: () => clearInterval(timer) };
}
