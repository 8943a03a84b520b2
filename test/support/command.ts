// The project's commands as a person runs them: `scripts/start.mjs` with an entry point, on the embedded database in a
// folder of its own, whatever server the other specs use.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const READY = /Countersign listens on (\S+)/;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Command {
  private stdout = '';
  private stderr = '';
  private readonly ended: Promise<[number | null]>;

  private constructor(readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = once(child, 'close') as Promise<[number | null]>;
  }

  /** Of this process's environment only PATH and HOME are passed on. */
  static run(entry: string, settings: Readonly<Record<string, string>>, flags: readonly string[] = []): Command {
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...settings };
    const args = ['scripts/start.mjs', entry, ...flags];
    return new Command(spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  async end(): Promise<Ended> {
    const [code] = await this.ended;
    return { code, stdout: this.stdout, stderr: this.stderr };
  }

  /** The address that the service says it listens on. */
  async ready(): Promise<string> {
    for (;;) {
      const url = READY.exec(this.stderr)?.[1];
      if (url !== undefined) return url;
      if (this.child.exitCode !== null) throw new Error(`the service ended: ${this.stderr}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}
