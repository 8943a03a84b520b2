// Real server processes for specs: a database of their own, one or several instances over it, a clock that the spec moves,
// clients made by the operator's own command.
import { execFile, fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import type { BindingName } from '../../src/platform/keys/bindings.js';
import { bindRows } from './bound-rows.js';
import { bornDatabase, createDatabase, createLogin, dropDatabase } from './database.js';

const root = resolve(import.meta.dirname, '..', '..');
const execute = promisify(execFile);
const ENTRY = 'test/support/moved-clock-server.mjs';
/** Where bundle.mjs wrote the entry points that it makes; the others lie in the project, and all of them outside of Jest. */
const bundled = (): string | undefined => process.env['TEST_BUNDLE'];
const homeOf = (entry: string): string => (entry === ENTRY ? (bundled() ?? root) : root);
const adminProgram = (): string =>
  join(bundled() ?? root, bundled() === undefined ? 'dist/admin.js' : 'dist/admin.mjs');

const PORT_TRIES = 3;

type ClockSetting = { offsetMs: number } | { frozenAtMs: number };

export interface Instance {
  readonly url: string;
  readonly process: ChildProcess;
  /** Standard output so far: the log. */
  output(): string;
}

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export class TestService {
  private constructor(
    readonly databaseUrl: string,
    readonly issuer: string,
    readonly instances: Instance[],
    readonly dataDir: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /**
   * Starts `count` instances over a database of their own. Call `stop` in afterAll. The database is as a first start leaves it; it is
   * empty for a spec that brings a key ring or starts by itself what it wants to see.
   */
  static async start(count = 1, extra: Record<string, string> = {}, entry = ENTRY): Promise<TestService> {
    const isFirstStart = count === 0 || extra['KEY_RING'] !== undefined;
    const { name, keyRing } = (isFirstStart ? null : bornDatabase()) ?? {
      name: undefined,
      keyRing: KeyRing.generate(),
    };
    const databaseUrl = await createDatabase(name);
    const dataDir = mkdtempSync(join(tmpdir(), 'countersign-test-'));
    const issuer = 'http://countersign.test';
    const limits = { THROTTLE_ADDRESS: '1000000', THROTTLE_TOKEN: '1000000', THROTTLE_CLIENT: '1000000' };
    const environment = {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
      KEY_RING: keyRing,
      ISSUER: issuer,
      PORT: '0',
      OUTBOUND_ALLOWED_RANGES: '127.0.0.1',
      // Jest runs two specs at once, some with three instances, and the embedded server takes 40 connections.
      DATABASE_POOL_SIZE: '5',
      ...limits,
      ...extra,
    };
    const service = new TestService(databaseUrl, issuer, [], dataDir, environment);
    await Promise.all(Array.from({ length: count }, () => service.addInstance({}, undefined, entry)));
    return service;
  }

  get url(): string {
    const [first] = this.instances;
    if (!first) throw new Error('no instance is running');
    return first.url;
  }

  /** The key ring: for opening and making sealed values as the service does. */
  get keyRing(): KeyRing {
    return KeyRing.parse(this.keyRingText);
  }

  get keyRingText(): string {
    return this.environment['KEY_RING'] ?? '';
  }

  /** `project`: a folder with dist/ and test/support/ of another make of the service. */
  async addInstance(extra: Record<string, string> = {}, project?: string, entry = ENTRY): Promise<Instance> {
    for (let tries = 1; ; tries += 1) {
      const started = await this.startInstance(extra, join(project ?? homeOf(entry), entry));
      if (typeof started !== 'string') return started;
      // Port 0: the service chooses a free port, and another process may have taken it when it listens.
      if (!/:\d+ is in use/.test(started) || tries === PORT_TRIES)
        throw new Error(`the service did not start: ${started}`);
    }
  }

  /** The instance, or the reason why it did not start. */
  private async startInstance(extra: Record<string, string>, entry: string): Promise<Instance | string> {
    const child = fork(entry, {
      env: { ...this.environment, ...extra },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
    });
    const chunks: string[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    const outcome = (await answerOf(child)) as { url?: string; failed?: string };
    if (outcome.url === undefined) {
      await ended(child);
      return outcome.failed ?? chunks.join('');
    }
    const instance = { url: outcome.url, process: child, output: () => chunks.join('') };
    this.instances.push(instance);
    return instance;
  }

  /** Ends the instance that was added last. */
  async stopLast(): Promise<void> {
    const last = this.instances.pop();
    if (last) await ended(last.process);
  }

  /** Sets the clock of every instance. */
  async setClock(setting: ClockSetting): Promise<void> {
    await Promise.all(
      this.instances.map(async ({ process: child }) => {
        await ask(child, setting);
      }),
    );
  }

  /** The operator's command, as a process: `admin('clients', 'suspend', '--client', id)`. Applied, JSON read. */
  async admin<Outcome = Record<string, unknown>>(...words: string[]): Promise<Outcome> {
    const args = [adminProgram(), ...words, '--apply', '--json'];
    const { stdout } = await execute(process.execPath, args, { env: this.environment });
    return JSON.parse(stdout) as Outcome;
  }

  /** What production demands: a database that the operator migrated, and a login that is not its owner's. Returns its address. */
  async productionUrl(): Promise<string> {
    const url = await createLogin(this.databaseUrl);
    const env = { PATH: process.env['PATH'], NODE_ENV: 'production', MIGRATION_DATABASE_URL: this.databaseUrl };
    const args = [join(root, 'dist/admin.js'), 'migrate', '--apply'];
    await execute(process.execPath, args, { env: { ...env, DATABASE_URL: url } });
    return url;
  }

  /** The same command within the first instance: without the second that a process takes to start. */
  operate<Outcome>(...words: string[]): Promise<Outcome> {
    return this.instances.length === 0 ? this.admin<Outcome>(...words) : this.tell<Outcome>({ admin: words });
  }

  /** A message that the first instance's entry point knows, and what came of it. */
  async tell<Outcome>(message: object): Promise<Outcome> {
    const [first] = this.instances;
    if (!first) throw new Error('no instance is running');
    const answer = (await ask(first.process, message)) as { outcome?: Outcome; failed?: string };
    if (answer.outcome === undefined) throw new Error(answer.failed);
    return answer.outcome;
  }

  /** A tenant with one client. */
  async tenant(
    scopes = 'factors:read factors:write verify devices:read devices:write phones:write phones:blind phones:match phones:lookup audit:read webhooks:write tenant:admin',
  ): Promise<Credentials & { tenantId: string }> {
    const { tenantId } = await this.operate<{ tenantId: string }>('tenants', 'create', '--name', 'Test');
    return { tenantId, ...(await this.client(tenantId, scopes)) };
  }

  client(tenantId: string, scopes: string): Promise<Credentials> {
    return this.operate<Credentials>('clients', 'create', '--tenant', tenantId, '--scopes', scopes);
  }

  /** Runs SQL as the owner: for looking at rows, and for making states that no caller can reach. */
  async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.databaseUrl });
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Binds what a spec wrote by SQL; see bindRows. */
  bindRows(names: readonly BindingName[], all = false): Promise<void> {
    return bindRows((text, values) => this.sql(text, values), this.keyRing, { names, all });
  }

  async stop(): Promise<void> {
    await Promise.all(this.instances.map(({ process: child }) => ended(child)));
    rmSync(this.dataDir, { recursive: true, force: true });
    await dropDatabase(this.databaseUrl);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await gone;
}

const turns = new WeakMap<ChildProcess, Promise<unknown>>();

/** One message and its answer after the other: an answer does not say what it answers. */
function ask(child: ChildProcess, message: object): Promise<unknown> {
  const before = (turns.get(child) ?? Promise.resolve()).catch(() => undefined);
  const turn = before.then(() => {
    const answer = answerOf(child);
    child.send(message);
    return answer;
  });
  turns.set(child, turn);
  return turn;
}

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((done, failed) => {
    const onExit = (code: number | null) => failed(new Error(`the service ended with ${code}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      done(message);
    });
  });
}
