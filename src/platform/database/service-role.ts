// The running service works under a role that can change rows and no structure. Migrations make the role; here the
// login of the service is made its member.
import pg from 'pg';
import { OperatorError } from '../errors/operator-error.js';

export const SERVICE_ROLE = 'countersign_service';

/** @throws OperatorError when the owner may not grant the role. */
export async function enterServiceRole(ownerUrl: string, serviceUrl: string): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  const login = await loginOf(serviceUrl);
  await owner.connect();
  try {
    await grant(owner, login);
  } catch (error) {
    throw new OperatorError(
      `The login "${login}" could not be made a member of ${SERVICE_ROLE}: ${(error as Error).message}.`,
    );
  } finally {
    await owner.end();
  }
}

async function loginOf(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ login: string }>('SELECT session_user AS login');
    return rows[0]?.login ?? '';
  } finally {
    await client.end();
  }
}

async function grant(owner: pg.Client, login: string): Promise<void> {
  const member = await owner.query<{ ok: boolean }>("SELECT pg_has_role($1, $2, 'MEMBER') AS ok", [
    login,
    SERVICE_ROLE,
  ]);
  if (member.rows[0]?.ok === true) return;
  await owner.query(`GRANT ${SERVICE_ROLE} TO ${pg.escapeIdentifier(login)}`).catch((error: unknown) => {
    // Another instance that starts at the same time may grant it first; both writes meet on one catalog row.
    if (!/tuple concurrently updated|duplicate key/.test(String(error))) throw error;
  });
}
