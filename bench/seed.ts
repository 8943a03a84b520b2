// Fills both databases with the same 200,000 users, factors and sealed secrets, and gives the service one client.
import type pg from 'pg';
import { bindRows } from '../test/support/bound-rows.js';
import { SystemClock } from '../src/platform/clock/clock.js';
import type { KeyRing } from '../src/platform/crypto/key-ring.js';
import { Sealer, type SealedPlace } from '../src/platform/crypto/sealer.js';
import { hashToken, mintToken } from '../src/platform/crypto/token.js';
import { newUuid, toTypeId } from '../src/platform/crypto/type-id.js';
import { secretOf, userIdOf, USERS } from './population.js';
import { withClient } from './postgres.js';

/** Rows per statement. */
const BATCH = 20_000;
const clock = new SystemClock();

// The columns a verification needs, the same key and index as the service's table, the same room on each page.
const FLOOR_TABLES = `
  CREATE TABLE factors (
    tenant_id uuid NOT NULL, id uuid NOT NULL, user_id text COLLATE "C" NOT NULL,
    totp_secret bytea NOT NULL, totp_last_step bigint NOT NULL, PRIMARY KEY (tenant_id, id)
  ) WITH (fillfactor = 80);
  CREATE INDEX ON factors (tenant_id, user_id);
  CREATE TABLE audit_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL, at timestamptz NOT NULL,
    action text NOT NULL, user_id text, target_id uuid
  )`;
const FLOOR_FACTORS = `
  INSERT INTO factors (tenant_id, user_id, id, totp_secret, totp_last_step)
  SELECT $1, given.*, 0 FROM unnest($2::text[], $3::uuid[], $4::bytea[]) AS given`;
const SERVICE_USERS = `
  INSERT INTO users (tenant_id, user_id, created_at, enrolled_at, claims)
  SELECT $1, user_id, $4, $4, jsonb_build_object(factor_id, 0) FROM unnest($2::text[], $3::text[]) AS given(user_id, factor_id)`;
const SERVICE_FACTORS = `
  INSERT INTO factors (tenant_id, user_id, id, type, status, created_at, activated_at,
                       totp_secret, totp_algorithm, totp_digits, totp_period)
  SELECT $1, user_id, id, 'totp', 'active', $5, $5, sealed, 'SHA1', 6, 30
  FROM unnest($2::text[], $3::uuid[], $4::bytea[]) AS given(user_id, id, sealed)`;

export interface Seeded {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface SeedOptions {
  readonly serviceUrl: string;
  /** Absent where there is no floor to compare with. */
  readonly floorUrl?: string;
  readonly keyRing: KeyRing;
  readonly progress: (done: number) => void;
}

/** The binding of a factor's sealed secret; the service's own convention. */
export function placeOf(tenantId: string, factorId: string): SealedPlace {
  return { tenantId, table: 'factors', column: 'totp_secret', rowId: factorId };
}

/** The service has created its tables before. */
export function seed(options: SeedOptions): Promise<Seeded> {
  return withClient(options.serviceUrl, (service) =>
    options.floorUrl === undefined
      ? seedBoth(options, service)
      : withClient(options.floorUrl, (floor) => seedBoth(options, service, floor)),
  );
}

async function seedBoth({ keyRing, progress }: SeedOptions, service: pg.Client, floor?: pg.Client): Promise<Seeded> {
  await floor?.query(FLOOR_TABLES);
  const seeded = await addClient(service, ['verify']);
  const sealer = new Sealer(keyRing);
  for (let from = 0; from < USERS; from += BATCH) {
    await addUsers({ service, floor, sealer, tenantId: seeded.tenantId }, from);
    progress(from + BATCH);
  }
  if (await bindsRows(service))
    await bindRows(async (text, values) => (await service.query<Record<string, unknown>>(text, values)).rows, keyRing);
  for (const client of [service, floor]) await client?.query('VACUUM ANALYZE');
  await service.query('CHECKPOINT');
  return seeded;
}

/** False for a checkout from before rows were bound. */
async function bindsRows(service: pg.Client): Promise<boolean> {
  const text = "SELECT FROM information_schema.columns WHERE table_name = 'factors' AND column_name = 'row_mac'";
  return (await service.query(text)).rowCount === 1;
}

/** A tenant with one client, without the operator's command, which takes seconds to start. */
export async function addClient(service: pg.Client, scopes: readonly string[]): Promise<Seeded> {
  const [tenantId, id, now] = [newUuid(clock), newUuid(clock), clock.now()];
  const clientSecret = mintToken('csk');
  await service.query('INSERT INTO tenants (id, name, created_at) VALUES ($1, $2, $3)', [tenantId, 'bench', now]);
  await service.query(
    `INSERT INTO clients (tenant_id, id, name, scopes, status, created_at) VALUES ($1, $2, 'bench', $4, 'active', $3)`,
    [tenantId, id, now, scopes],
  );
  await service.query(
    'INSERT INTO client_secrets (tenant_id, client_id, slot, secret_hash, created_at) VALUES ($1, $2, 1, $3, $4)',
    [tenantId, id, hashToken(clientSecret), now],
  );
  return { tenantId, clientId: toTypeId('cli', id), clientSecret };
}

interface Target {
  readonly service: pg.Client;
  readonly floor: pg.Client | undefined;
  readonly sealer: Sealer;
  readonly tenantId: string;
}

async function addUsers({ service, floor, sealer, tenantId }: Target, from: number): Promise<void> {
  const numbers = Array.from({ length: BATCH }, (_none, index) => from + index);
  const ids = numbers.map(() => newUuid(clock));
  const users = numbers.map(userIdOf);
  const sealed = numbers.map((number, index) => sealer.seal(secretOf(number), placeOf(tenantId, ids[index] ?? '')));
  const now = clock.now();
  await floor?.query(FLOOR_FACTORS, [tenantId, users, ids, sealed]);
  await service.query(SERVICE_USERS, [tenantId, users, ids, now]);
  await service.query(SERVICE_FACTORS, [tenantId, users, ids, sealed, now]);
}
