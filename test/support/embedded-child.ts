// Drives embedded-service.mjs, which can be killed, and looks at what is left of it.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

export type Ending = 'stay' | 'run out of work' | 'call exit' | 'throw';

export interface ServiceOptions {
  readonly dataDir: string;
  readonly ending?: Ending;
  /** User and group id that a service started by root goes on as. */
  readonly user?: number;
}

export interface ServiceReport {
  readonly ownerUrl?: string;
  readonly place?: string;
  readonly name?: string;
  readonly fault?: string;
  readonly message?: string;
}

export class EmbeddedService {
  private constructor(
    private readonly child: ChildProcess,
    readonly report: ServiceReport,
  ) {}

  static async start(options: ServiceOptions): Promise<EmbeddedService> {
    const script = join(process.cwd(), 'test/support/embedded-service.mjs');
    const stdio = ['ignore', 'ignore', 'ignore', 'ipc'] as const;
    const child = fork(script, [JSON.stringify(options)], { execArgv: [], stdio: [...stdio] });
    const ended = once(child, 'exit').then(() => [{ message: 'it ended without a report' }]);
    const [report] = (await Promise.race([once(child, 'message'), ended])) as [ServiceReport];
    return new EmbeddedService(child, report);
  }

  get url(): string {
    return this.report.ownerUrl ?? fail(this.report.message ?? 'no report');
  }

  /** Resolves with the exit code or the name of the signal. */
  async ended(): Promise<number | string> {
    const { exitCode, signalCode } = this.child;
    if (exitCode !== null || signalCode !== null) return exitCode ?? signalCode ?? '';
    const [code, signal] = (await once(this.child, 'exit')) as [number | null, string | null];
    return code ?? signal ?? '';
  }

  kill(signal: NodeJS.Signals): Promise<number | string> {
    this.child.kill(signal);
    return this.ended();
  }
}

function fail(message: string): never {
  throw new Error(message);
}

/** A folder that PostgreSQL's user can pass through, also when root makes it. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'countersign-spec-'));
  chmodSync(path, 0o711);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  // A server that is killed ends its connections; the query tells.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

export function postmasterOf(place: string): number {
  return Number(readFileSync(join(place, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
}

/** Waits for a process to end; one that nobody has reaped counts as ended. */
export async function isGone(pid: number, patienceMs = 5_000): Promise<boolean> {
  for (let waited = 0; waited < patienceMs; waited += 25) {
    if (!isRunning(pid)) return true;
    await sleep(25);
  }
  return false;
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !(process.platform === 'linux' && /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
}
