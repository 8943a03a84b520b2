// Databases that are made for one check or spec, and dropped.
import pg from 'pg';

/**
 * Ends our own connections first. `WITH (FORCE)` would end every connection, and fails while the server's own
 * housekeeping (autovacuum, a superuser's) has one. A plain drop asks those to end and waits.
 * @param {string} serverUrl of another database on the same server
 * @param {string} name
 * @returns {Promise<void>}
 */
export async function dropDatabase(serverUrl, name) {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const ours = "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'";
    await client.query(`SELECT pg_terminate_backend(pid) FROM (${ours}) AS ours`, [name]);
    await client.query(`DROP DATABASE ${name}`);
  } finally {
    await client.end();
  }
}
