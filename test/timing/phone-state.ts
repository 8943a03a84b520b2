// Keeps each class unchanged while requests are counted and messages sent. Every member is asked about once within a
// block, always by one client, whose limits would end after fifty. So the shared budgets have unlimited room, equal
// before each block. A member's own budgets have no row before its request, and each pair of user and number is new.
import type pg from 'pg';
import type { Stage } from '../support/stage.js';
import type { Asked, TimedClass } from './endpoint.js';
import type { PhoneKinds, PhoneState } from './phone-people.js';
import { keepUsers, restoreUsers } from './user-state.js';

/** More than a run asks. A count that starts this far below zero never reaches its limit. */
const ROOM = 1_000_000_000;
/**
 * Rows of unrelated users in each table, as in a service in use. Without them the tables would be empty between blocks.
 * PostgreSQL would then plan for an empty table and read all of it each time.
 */
const OTHERS = 2_000;
/** For a message that the worker lost. */
const LONGEST_WAIT_MS = 30_000;
const LOOK_MS = 10;

// Made after the rows of the first request, and recognized by a time that no other row has.
const FILL = `
  INSERT INTO budgets (tenant_id, key, slot, counts, expires_at)
  SELECT tenant_id, sha256(convert_to(number::text, 'UTF8')), slot, counts, 'infinity'
  FROM (SELECT * FROM budgets LIMIT 1) AS one, generate_series(1, ${OTHERS}) AS number;
  INSERT INTO messages (tenant_id, id, purpose, subject_id, due_at, tries, created_at, expires_at, status, prefix)
  SELECT tenant_id, gen_random_uuid(), purpose, gen_random_uuid(), expires_at, tries, 'epoch', expires_at, status, prefix
  FROM messages, generate_series(1, ${OTHERS});
  INSERT INTO blind_lookups (tenant_id, id, client_id, number_index, status, created_at, expires_at)
  SELECT tenant_id, gen_random_uuid(), client_id, sha256(convert_to(number::text, 'UTF8')), status, 'epoch', expires_at
  FROM blind_lookups, generate_series(1, ${OTHERS}) AS number;
  INSERT INTO challenges (tenant_id, id, client_id, user_id, type, status, created_at, expires_at)
  SELECT tenant_id, gen_random_uuid(), client_id, 'other-' || number, type, status, 'epoch', expires_at
  FROM challenges, generate_series(1, ${OTHERS}) AS number;
  INSERT INTO observations (tenant_id, number_index, user_id, client_id, is_blind, hundred_index, asked_at, noticed_at, judged_at)
  SELECT tenant_id, sha256(convert_to(number::text, 'UTF8')), user_id, client_id, is_blind, hundred_index, 'epoch', 'epoch', 'epoch'
  FROM (SELECT * FROM observations LIMIT 1) AS one, generate_series(1, ${OTHERS}) AS number`;

// In one transaction, so that no request meets budgets without room.
const EMPTY = `
  DELETE FROM budgets WHERE expires_at < 'infinity';
  INSERT INTO budgets SELECT * FROM timing_budgets;
  DELETE FROM messages WHERE created_at > 'epoch';
  DELETE FROM blind_lookups WHERE created_at > 'epoch';
  DELETE FROM challenges WHERE created_at > 'epoch';
  DELETE FROM observations WHERE asked_at > 'epoch'`;

/** Runs after the first request (PhonePeople.askFirst): the existing budgets are the shared ones. */
export async function keepPhones(owner: pg.Client, stage: Stage): Promise<void> {
  await settled(owner);
  await owner.query(`
    CREATE TABLE timing_budgets AS
    SELECT tenant_id, key, slot, (counts[1] - ${ROOM}) || counts[2:] AS counts, expires_at FROM budgets`);
  await owner.query(FILL);
  await owner.query(EMPTY);
  await keepUsers(owner);
  await begin(stage);
}

/**
 * The clock continues from where it stood: the worker starts within a second. Each block starts at the same time, so
 * that tokens and codes never expire.
 */
function begin({ service, nowMs }: Stage): Promise<void> {
  return service.setClock({ offsetMs: nowMs - Date.now() });
}

/** Waits for the worker first, so that no row of a block is written into the next one. */
export async function restorePhones(owner: pg.Client, stage: Stage): Promise<void> {
  await settled(owner);
  await owner.query(EMPTY);
  // Not left to autovacuum, which could run at any time or be off.
  await owner.query('VACUUM budgets, messages, blind_lookups, challenges, observations');
  await restoreUsers(owner);
  await begin(stage);
}

/** Returns when no message is waiting or in progress. */
async function settled(owner: pg.Client): Promise<void> {
  const giveUpAt = performance.now() + LONGEST_WAIT_MS;
  while (performance.now() < giveUpAt) {
    const { rowCount } = await owner.query(`SELECT FROM messages WHERE status <> 'ended' LIMIT 1`);
    if (rowCount === 0) return;
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
}

/** Kinds of people, by the beginning of their ids, whose phones are not in the expected state. */
export async function strayPhones(owner: pg.Client, kinds: PhoneKinds): Promise<string[]> {
  const { rows } = await owner.query<{ kind: string; found: string[] }>(`
    SELECT split_part(users.user_id, '-', 1) AS kind,
      array_agg(DISTINCT coalesce(factor.status || CASE WHEN phone.number_index IS NULL THEN '' ELSE ' numbered' END, 'none')) AS found
    FROM users LEFT JOIN factors AS factor
        ON factor.tenant_id = users.tenant_id AND factor.user_id = users.user_id AND factor.type = 'phone'
      LEFT JOIN phones AS phone ON phone.tenant_id = factor.tenant_id AND phone.factor_id = factor.id
    GROUP BY 1`);
  const found = new Map(rows.map((row) => [row.kind, row.found.join(', ')]));
  return Object.entries(kinds)
    .filter(([kind, { phone }]) => found.get(kind) !== SEEN[phone])
    .map(([kind, { phone }]) => `the phones of “${kind}” are to be ${phone} and are ${found.get(kind) ?? 'not there'}`);
}

const SEEN: Readonly<Record<PhoneState, string>> = {
  active: 'active numbered',
  pending: 'pending',
  removed: 'none',
  none: 'none',
};

/** Classes with a request whose answer differs from the expected one. */
export async function strayAnswers(
  classes: readonly TimedClass[],
  isExpected: (asked: Asked) => Promise<boolean>,
): Promise<string[]> {
  const strays: string[] = [];
  for (const { name, requests } of classes) {
    let others = 0;
    for (const asked of requests) if (!(await isExpected(asked))) others += 1;
    if (others > 0) strays.push(`${others} of the class “${name}” are answered differently`);
  }
  return strays;
}
