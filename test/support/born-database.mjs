// One database for each run, as the first start of the service leaves it: migrated, with decoys and a signing key. Specs copy it, so
// that they need no first start of their own. `bornDatabase` resolves with its name, its key ring, and how to drop it.
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { dropDatabase } from '../../scripts/scratch-database.mjs';

/**
 * @typedef {object} BornDatabase
 * @property {string} name
 * @property {string} keyRing its decoys and its signing key are sealed under it
 */

/**
 * @param {string} serverUrl of another database on the same server
 * @param {string} project see bundle.mjs
 * @returns {Promise<BornDatabase & { drop: () => Promise<void> }>}
 */
export async function bornDatabase(serverUrl, project) {
  // Only now is dist/ built.
  const { KeyRing } = await import('../../dist/platform/crypto/key-ring.js');
  const born = { name: `countersign_born_${randomBytes(6).toString('hex')}`, keyRing: KeyRing.generate() };
  await query(serverUrl, `CREATE DATABASE ${born.name}`);
  const drop = () => dropDatabase(serverUrl, born.name);
  try {
    await startOnce(join(project, 'test/support/moved-clock-server.mjs'), urlOf(serverUrl, born.name), born.keyRing);
    // A database that others are connected to is not copied.
    await query(serverUrl, `ALTER DATABASE ${born.name} ALLOW_CONNECTIONS false`);
    await untilUnused(serverUrl, born.name);
    return { ...born, drop };
  } catch (error) {
    await drop();
    throw error;
  }
}

/**
 * @param {string} entry
 * @param {string} databaseUrl
 * @param {string} keyRing
 */
async function startOnce(entry, databaseUrl, keyRing) {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-born-'));
  const own = { NODE_ENV: 'test', PORT: '0', ISSUER: 'http://countersign.test', LOG_LEVEL: 'warn' };
  const env = { PATH: process.env['PATH'], ...own, DATABASE_URL: databaseUrl, DATA_DIR: dataDir, KEY_RING: keyRing };
  const child = fork(entry, { env, execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const gone = once(child, 'exit');
  const early = gone.then(([code]) => [{ failed: `it ended with ${code}` }]);
  const [answer] = await Promise.race([once(child, 'message'), early]);
  child.kill('SIGKILL');
  await gone;
  rmSync(dataDir, { recursive: true, force: true });
  if (answer.url === undefined)
    throw new Error(`The service that makes the specs' database did not start: ${answer.failed}`);
}

/**
 * @param {string} serverUrl
 * @param {string} name
 */
async function untilUnused(serverUrl, name) {
  const users = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND backend_type = 'client backend'`;
  while ((await query(serverUrl, users)).length > 0) await new Promise((done) => setTimeout(done, 25));
}

/**
 * @param {string} serverUrl
 * @param {string} name
 */
function urlOf(serverUrl, name) {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * @param {string} url
 * @param {string} sql
 */
async function query(url, sql) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
