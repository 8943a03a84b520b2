// SECURITY(T-17): in production the login of the service can do what the service does and no more. The database
// is asked for its rights; its name and the operator's settings are not trusted.
import pg from 'pg';
import { OperatorError } from '../errors/operator-error.js';
import { SERVICE_ROLE } from './service-role.js';

// Checks every role of the login, itself included: it can take each by SET ROLE, even without inheritance. A superuser
// is a member of all, so only that is reported.
const FAULTS = `
  WITH taken AS (
    SELECT r.* FROM pg_roles AS r WHERE pg_has_role(session_user, r.oid, 'MEMBER')
  ), place AS (
    SELECT coalesce((SELECT relnamespace FROM pg_class WHERE oid = to_regclass('audit_events')), current_schema()::regnamespace) AS schema
  ), tables AS (
    SELECT c.oid, c.relname, c.relowner FROM pg_class AS c, place WHERE c.relnamespace = place.schema AND c.relkind IN ('r', 'p', 'v', 'm')
  ), faults (rank, fault) AS (
    SELECT 0, 'is a superuser' FROM taken WHERE rolname = session_user AND rolsuper
    UNION SELECT 1, 'can become the superuser ' || quote_ident(rolname) FROM taken WHERE rolsuper
    UNION SELECT 2, 'may make roles' FROM taken WHERE rolcreaterole
    UNION SELECT 3, 'may make databases' FROM taken WHERE rolcreatedb
    UNION SELECT 4, 'bypasses row security' FROM taken WHERE rolbypassrls
    UNION SELECT 5, 'may replicate the server' FROM taken WHERE rolreplication
    UNION SELECT 6, 'is a member of ' || rolname FROM taken WHERE rolname IN (
      'pg_read_all_data', 'pg_write_all_data', 'pg_maintain', 'pg_execute_server_program', 'pg_read_server_files',
      'pg_write_server_files', 'pg_create_subscription', 'pg_signal_backend', 'pg_checkpoint')
    UNION SELECT 7, 'owns the database' FROM pg_database, taken WHERE datname = current_database() AND datdba = taken.oid
    UNION SELECT 8, 'may make schemas' FROM taken WHERE has_database_privilege(taken.oid, current_database(), 'CREATE')
    UNION SELECT 9, 'may make tables' FROM place, taken WHERE has_schema_privilege(taken.oid, place.schema, 'CREATE')
    UNION SELECT 10, 'owns ' || min(relname) FROM tables, taken WHERE relowner = taken.oid HAVING count(*) > 0
    UNION SELECT 11, 'may truncate or put triggers on ' || min(relname) FROM tables, taken
      WHERE has_table_privilege(taken.oid, tables.oid, 'TRUNCATE, TRIGGER') HAVING count(*) > 0
    UNION SELECT 12, 'may rewrite ' || relname FROM tables, taken
      WHERE (relname = 'audit_events' AND (has_any_column_privilege(taken.oid, tables.oid, 'UPDATE') OR has_table_privilege(taken.oid, tables.oid, 'DELETE')))
        OR (relname = '_prisma_migrations'
            AND (has_any_column_privilege(taken.oid, tables.oid, 'INSERT, UPDATE') OR has_table_privilege(taken.oid, tables.oid, 'DELETE')))
  )
  SELECT session_user AS login, ARRAY(SELECT fault FROM faults ORDER BY rank, fault) AS faults`;

/** @throws OperatorError with the rights that the login must not have. */
export async function refuseOwnersLogin(serviceUrl: string): Promise<void> {
  const { login, faults } = await faultsOf(serviceUrl);
  if (faults.length === 0) return;
  const named = faults[0] === 'is a superuser' ? faults.slice(0, 1) : faults;
  throw new OperatorError(
    `The login "${login}" of DATABASE_URL ${named.join(', ')}: give the service a login of its own that is a member of ${SERVICE_ROLE} and has no other right.`,
  );
}

async function faultsOf(serviceUrl: string): Promise<{ login: string; faults: string[] }> {
  const client = new pg.Client({ connectionString: serviceUrl });
  try {
    await client.connect();
    const { rows } = await client.query<{ login: string; faults: string[] }>(FAULTS);
    return rows[0] ?? { login: '', faults: [] };
  } catch (error) {
    const { message, code } = error as { message: string; code?: string };
    throw new OperatorError(`The database in DATABASE_URL cannot be reached (${message || code}).`);
  } finally {
    await client.end();
  }
}
