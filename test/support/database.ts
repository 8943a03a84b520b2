// Databases for one spec each, on the server that runs beside the specs.
import { randomBytes } from 'node:crypto';
import { query } from './embedded-child.js';

export function serverUrl(): string {
  const url = process.env['TEST_SERVER_URL'];
  if (!url) throw new Error('TEST_SERVER_URL is not set: run the specs with `npm test`');
  return url;
}

/** An empty database of its own; its address, as its owner. */
export async function createDatabase(): Promise<string> {
  const name = `countersign_test_${randomBytes(6).toString('hex')}`;
  await query(serverUrl(), `CREATE DATABASE ${name}`);
  // A commit need not be on the disk before it is answered: no spec of these outlives its server, and disks are slow.
  await query(serverUrl(), `ALTER DATABASE ${name} SET synchronous_commit = off`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * Ends our own connections first. `WITH (FORCE)` would end every one, and fails while the server's own housekeeping
 * (autovacuum, a superuser's) has one; a plain drop asks that to go and waits for it.
 */
export async function dropDatabase(url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  const ours = `SELECT pid FROM pg_stat_activity WHERE datname = '${name}' AND backend_type = 'client backend'`;
  await query(serverUrl(), `SELECT pg_terminate_backend(pid) FROM (${ours}) AS ours`);
  await query(serverUrl(), `DROP DATABASE ${name}`);
}
