// Databases for one spec each, on the server that runs beside the specs.
import { randomBytes } from 'node:crypto';
import { dropDatabase as drop } from '../../scripts/scratch-database.mjs';
import { query } from './embedded-child.js';

export function serverUrl(): string {
  const url = process.env['TEST_SERVER_URL'];
  if (!url) throw new Error('TEST_SERVER_URL is not set: run the specs with `npm test`');
  return url;
}

export interface BornDatabase {
  readonly name: string;
  readonly keyRing: string;
}

/** The database that the run was begun with (born-database.mjs); null outside of Jest: the lab, the timing harness. */
export function bornDatabase(): BornDatabase | null {
  const born = process.env['TEST_BORN_DATABASE'];
  return born === undefined ? null : (JSON.parse(born) as BornDatabase);
}

/** A database of its own, empty or a copy; its address, as its owner. */
export async function createDatabase(template?: string): Promise<string> {
  const name = `countersign_test_${randomBytes(6).toString('hex')}`;
  await query(
    serverUrl(),
    `CREATE DATABASE ${name}${template === undefined ? '' : ` TEMPLATE ${template} STRATEGY file_copy`}`,
  );
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
}

/** A login of its own for that database, with the right to connect only; its address. */
export async function createLogin(databaseUrl: string): Promise<string> {
  const url = new URL(databaseUrl);
  const [name, password] = [loginOf(databaseUrl), randomBytes(16).toString('hex')];
  await query(serverUrl(), `CREATE ROLE ${name} LOGIN PASSWORD '${password}'`);
  url.username = name;
  url.password = password;
  return url.href;
}

export async function dropDatabase(url: string): Promise<void> {
  await drop(serverUrl(), nameOf(url));
  await query(serverUrl(), `DROP ROLE IF EXISTS ${loginOf(url)}`);
}

const nameOf = (databaseUrl: string): string => new URL(databaseUrl).pathname.slice(1);
const loginOf = (databaseUrl: string): string => `${nameOf(databaseUrl)}_app`;
