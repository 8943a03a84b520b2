// Starts a new epoch after an older state of the database was restored. What was used, counted or ended since stays so,
// as far as it can be known. The rest is printed, so that the operator repeats it.
import type { Clock } from '../../platform/clock/clock.js';
import { dateAt } from '../../platform/clock/clock.js';
import type { Database, RunNamed } from '../../platform/database/database.js';
import { OperatorError } from '../../platform/errors/operator-error.js';
import type { HighWater } from '../../platform/rollback/high-water.js';
import type { SigningKeys } from '../../signing/signing-keys.js';
import * as sql from './restore.statements.js';

export interface RestoreParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly signingKeys: SigningKeys;
  readonly highWater: HighWater;
}

interface Found {
  readonly newestEvent: string;
  readonly lastSeen: string;
  readonly activeClients: number;
  readonly suspendedClients: number;
}

const UNKNOWN =
  'What happened between newestEvent and lastSeen is lost. Repeat what was done then: suspended ' +
  'clients, revoked secrets and keys, removed factors and devices. Also cancelled recoveries, changed ' +
  'settings, quarantines and webhook endpoints. Users whose recovery codes were used then should make ' +
  'new ones.';

/** The state of the database and the mark of this host, before any change. */
export async function lookBeforeRestore({ database, highWater }: RestoreParts): Promise<Found> {
  const lastSeen = await highWater.lastSeen();
  const found = await database.inLongTransaction((run) => run<Omit<Found, 'lastSeen'>>(sql.FOUND, {}));
  return {
    ...(found[0] ?? { newestEvent: 'none', activeClients: 0, suspendedClients: 0 }),
    lastSeen: lastSeen?.toISOString() ?? 'unknown on this host',
  };
}

/** @throws OperatorError if the reason is missing. */
export async function restore(parts: RestoreParts, reason: string): Promise<Found & Record<string, unknown>> {
  if (!/^[^\p{Cc}]{1,200}$/u.test(reason)) throw new OperatorError('--reason takes one line of 1 to 200 characters.');
  const { database, clock, signingKeys } = parts;
  const found = await lookBeforeRestore(parts);
  // First: if the rest fails, tokens are void and the command can be repeated.
  await signingKeys.replaceAll();
  const nowMs = clock.nowMs();
  const closedUntil = dateAt(nowMs + sql.CLOSED_SECONDS * 1_000);
  const times = { now: dateAt(nowMs), closed_until: closedUntil, reason };
  const outcome = await database.inLongTransaction((run) => beginEpoch(run, times));
  return {
    ...found,
    ...outcome,
    ...(await marked(parts)),
    codesClosedUntil: closedUntil.toISOString(),
    notKnown: UNKNOWN,
  };
}

/** The epoch has started. A mark that cannot be written is reported, and changes nothing of that. */
async function marked({ highWater }: RestoreParts): Promise<{ mark: string }> {
  return highWater.trust().then(
    () => ({ mark: 'written' }),
    (error: unknown) => ({ mark: `not written: ${(error as Error).message}` }),
  );
}

async function beginEpoch(run: RunNamed, times: Record<string, unknown>): Promise<{ epoch: number; users: number }> {
  await run(sql.CLAIM_STEPS, times);
  const users = await run(sql.CHARGE_USERS, times);
  await run(sql.CLOSE_DECOYS, times);
  for (const statement of sql.END_OPEN) await run(statement, times);
  await run(sql.RECORD, times);
  const [epoch] = await run<{ epoch: number }>(sql.BEGIN_EPOCH, times);
  return { epoch: epoch?.epoch ?? 0, users: users.length };
}
