// In production the service only checks the structure of the database. `migrate` changes it.
import pg from 'pg';
import { OperatorError } from '../errors/operator-error.js';
import { compareWith } from './migration-record.js';
import { SERVICE_ROLE } from './service-role.js';

const UNDEFINED_TABLE = '42P01';
const RUN_MIGRATE = 'run `migrate --apply` with this build first';

/**
 * Passes if every migration of this build is applied. Newer ones that only add are accepted (ADR 0026).
 * @throws OperatorError, MigrationError
 */
export async function checkSchema(serviceUrl: string, directory: string): Promise<void> {
  const client = new pg.Client({ connectionString: serviceUrl });
  try {
    await client.connect();
    await client.query(`SET ROLE ${SERVICE_ROLE}`);
    const [missing] = await compareWith(client, directory);
    if (missing) throw new OperatorError(`The database lacks migration ${missing.name}: ${RUN_MIGRATE}.`);
  } catch (error) {
    throw refusalFor(error);
  } finally {
    await client.end();
  }
}

function refusalFor(error: unknown): unknown {
  const { code, message, severity } = error as { code?: string; message: string; severity?: string };
  if (code === UNDEFINED_TABLE) return new OperatorError(`The database has no structure yet: ${RUN_MIGRATE}.`);
  // The server's own message: a role that does not exist or is not granted, or rights that a restored dump lost.
  if (severity !== undefined)
    return new OperatorError(`The login of DATABASE_URL cannot be used (${message}): ${RUN_MIGRATE}.`);
  return error;
}
