// The structure of the database. `migrate`, and development, change it as the owner; in production the service checks
// it (ADR 0026).
import { join } from 'node:path';
import { applyMigrations } from './database/migrations.js';
import { checkSchema } from './database/schema-check.js';
import { ensureServiceRole, grantServiceRole } from './database/service-role.js';
import { refuseOwnersLogin } from './database/serving-login.js';

export interface StructureOptions {
  /** Folder of package.json, with the migrations. */
  readonly root: string;
  readonly say: (line: string) => void;
}

export interface Logins {
  readonly ownerUrl: string;
  /** The login of the service. Null: it is a member of its role already, or an operator makes it one. */
  readonly serviceUrl: string | null;
}

/** @throws MigrationError, OperatorError */
export async function migrateDatabase(
  { root, say }: StructureOptions,
  { ownerUrl, serviceUrl }: Logins,
): Promise<{ applied: string[] }> {
  const directory = migrationsBelow(root);
  await ensureServiceRole(ownerUrl);
  const outcome = await applyMigrations({ ownerUrl, directory, log: say });
  await grantServiceRole({ ownerUrl, serviceUrl, directory });
  return outcome;
}

/**
 * `serves`: the process answers requests, so its login must not have other rights.
 * @throws MigrationError, OperatorError
 */
export async function checkDatabase(root: string, serviceUrl: string, serves: boolean): Promise<void> {
  if (serves) await refuseOwnersLogin(serviceUrl);
  await checkSchema(serviceUrl, migrationsBelow(root));
}

function migrationsBelow(root: string): string {
  return join(root, 'prisma', 'migrations');
}
