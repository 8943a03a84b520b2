// The running service uses a role that can change rows but not tables. `migrate` creates the role, grants its rights,
// and makes the login of the service its member. It repeats this after a dump was restored into a cluster without the
// role.
import pg from 'pg';
import { OperatorError } from '../errors/operator-error.js';
import { readMigrations } from './migration-record.js';

export const SERVICE_ROLE = 'countersign_service';

// An arbitrary number that no other advisory lock of this service has.
const GRANTING = 72_707_370;

export interface ServiceRoleOptions {
  readonly ownerUrl: string;
  /** The login of the service. Null if `migrate` was given none. */
  readonly serviceUrl: string | null;
  /** Usually `prisma/migrations`. */
  readonly directory: string;
}

/**
 * Roles belong to the cluster, so a dump has none, and a migration that grants rights needs it.
 * @throws OperatorError if the owner cannot create roles.
 */
export async function ensureServiceRole(ownerUrl: string): Promise<void> {
  await asOwner(ownerUrl, `The role ${SERVICE_ROLE} could not be made`, async (owner) => {
    const { rowCount } = await owner.query('SELECT FROM pg_roles WHERE rolname = $1', [SERVICE_ROLE]);
    if (rowCount === 0) await owner.query(`CREATE ROLE ${SERVICE_ROLE} NOLOGIN`).catch(ignoringRaces);
  });
}

/** @throws OperatorError if the owner cannot grant the role or its rights. */
export async function grantServiceRole({ ownerUrl, serviceUrl, directory }: ServiceRoleOptions): Promise<void> {
  await asOwner(ownerUrl, `${SERVICE_ROLE} could not be given its rights`, async (owner) => {
    // One after the other: two that grant on the same table at the same time fail.
    await owner.query(`BEGIN; SELECT pg_advisory_xact_lock(${GRANTING})`);
    if (await lacksRights(owner)) await repeatGrants(owner, directory);
    await grantRecord(owner);
    await owner.query('COMMIT');
  });
  if (serviceUrl === null) return;
  const login = await loginOf(serviceUrl);
  await asOwner(ownerUrl, `The login "${login}" could not be made a member of ${SERVICE_ROLE}`, (owner) =>
    grantMembership(owner, login),
  );
}

async function asOwner(ownerUrl: string, failure: string, work: (owner: pg.Client) => Promise<void>): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect().catch((error: unknown) => {
    throw new OperatorError(`The database cannot be reached as its owner: ${(error as Error).message}.`);
  });
  try {
    await work(owner);
  } catch (error) {
    throw new OperatorError(`${failure}: ${(error as Error).message}.`);
  } finally {
    await owner.end();
  }
}

/** After a dump was restored without privileges, or before the role existed. */
async function lacksRights(owner: pg.Client): Promise<boolean> {
  const { rows } = await owner.query<{ lacks: boolean }>(
    `SELECT NOT (has_table_privilege($1, 'tenants', 'SELECT') AND has_schema_privilege($1, current_schema(), 'USAGE')) AS lacks`,
    [SERVICE_ROLE],
  );
  return rows[0]?.lacks === true;
}

const GRANT = /^(?:GRANT|REVOKE)\b[^;]*;/gm;
// A newer migration may have dropped what an older one granted on: undefined table, column, function.
const IS_GONE = /^(42P01|42703|42883)$/;

async function repeatGrants(owner: pg.Client, directory: string): Promise<void> {
  const { rows } = await owner.query<{ sql: string }>(
    `SELECT format('GRANT USAGE ON SCHEMA %I TO ${SERVICE_ROLE}', current_schema()) AS sql`,
  );
  const grants = (await readMigrations(directory)).flatMap(({ sql }) => sql.match(GRANT) ?? []);
  for (const sql of [...rows.map((row) => row.sql), ...grants]) {
    await owner.query('SAVEPOINT before_grant');
    await owner.query(sql).catch(async (error: unknown) => {
      if (!IS_GONE.test(String((error as { code?: unknown }).code))) throw error;
      await owner.query('ROLLBACK TO SAVEPOINT before_grant');
    });
  }
}

/** The service reads this record at its start to check the structure. */
async function grantRecord(owner: pg.Client): Promise<void> {
  const text =
    "SELECT FROM pg_roles WHERE rolname = $1 AND NOT has_table_privilege(oid, '_prisma_migrations', 'SELECT')";
  const { rowCount } = await owner.query(text, [SERVICE_ROLE]);
  if (rowCount !== 0) await owner.query(`GRANT SELECT ON _prisma_migrations TO ${SERVICE_ROLE}`);
}

async function loginOf(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    const { rows } = await client.query<{ login: string }>('SELECT session_user AS login');
    return rows[0]?.login ?? '';
  } catch (error) {
    throw new OperatorError(`The database in DATABASE_URL cannot be reached: ${(error as Error).message}.`);
  } finally {
    await client.end();
  }
}

async function grantMembership(owner: pg.Client, login: string): Promise<void> {
  const member = await owner.query<{ ok: boolean }>("SELECT pg_has_role($1, $2, 'MEMBER') AS ok", [
    login,
    SERVICE_ROLE,
  ]);
  if (member.rows[0]?.ok === true) return;
  await owner.query(`GRANT ${SERVICE_ROLE} TO ${pg.escapeIdentifier(login)}`).catch(ignoringRaces);
}

/** Another instance may do it first at the same time; both write the same catalog row. */
function ignoringRaces(error: unknown): void {
  if (!/tuple concurrently updated|duplicate key|already exists/.test(String(error))) throw error;
}
