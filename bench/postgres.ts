// The benchmark's own databases on the server in DATABASE_URL: created at the start, dropped at the end.
import pg from 'pg';

export class BenchRefused extends Error {}

export interface Server {
  readonly url: string;
  /** For the report: version, and the settings that decide the cost of a commit. */
  readonly description: string;
}

const SHOWN = [
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_compression',
  'shared_buffers',
  'checkpoint_timeout',
];

/** @throws BenchRefused if there is no server, or it does not write commits to disk. */
export async function inspectServer(url: string | undefined): Promise<Server> {
  if (!url)
    throw new BenchRefused(
      'DATABASE_URL is not set: name a PostgreSQL 15 or newer with fsync on, and a login that may create databases.',
    );
  const server = await describeServer(url);
  if (!server.isDurable) {
    throw new BenchRefused(
      'This server does not write commits to disk (fsync or synchronous_commit is off): its figures would mean nothing.',
    );
  }
  return server;
}

export async function describeServer(url: string): Promise<Server & { isDurable: boolean }> {
  const settings = await withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string; value: string }>(
      'SELECT name, current_setting(name) AS value FROM pg_settings WHERE name = ANY($1)',
      [[...SHOWN, 'server_version']],
    );
    return new Map(rows.map(({ name, value }) => [name, value]));
  });
  const shown = SHOWN.map((name) => `${name} ${settings.get(name) ?? '?'}`);
  const description = `PostgreSQL ${settings.get('server_version') ?? '?'}; ${shown.join(', ')}`;
  return {
    url,
    description,
    isDurable: settings.get('fsync') === 'on' && settings.get('synchronous_commit') !== 'off',
  };
}

export async function createDatabase(server: Server, name: string): Promise<string> {
  await withClient(server.url, (client) => client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`));
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return url.href;
}

export async function dropDatabase(server: Server, name: string): Promise<void> {
  await withClient(server.url, (client) =>
    client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`),
  );
}

export async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A connection cut during a query (the database was dropped after an interruption) rejects that query. Without a
  // listener it would also end the process before the clean-up.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
