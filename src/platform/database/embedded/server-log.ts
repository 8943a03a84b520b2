// PostgreSQL's log file, beside the data, so that it also exists for a server without its parent. Remembers where this
// run began, to tell the operator why a server did not start.
import { closeSync, existsSync, fstatSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';

/** The current file and one older one are kept. */
const LARGEST_BYTES = 5_000_000;

export class ServerLog {
  readonly descriptor: number;
  private readonly start: number;

  constructor(private readonly path: string) {
    if (existsSync(path) && statSync(path).size > LARGEST_BYTES) renameSync(path, `${path}.1`);
    this.descriptor = openSync(path, 'a', 0o600);
    this.start = fstatSync(this.descriptor).size;
  }

  /** The first failure of this run in PostgreSQL's words, or null. */
  reason(): string | null {
    const text = readFileSync(this.path).subarray(this.start).toString('utf8');
    return /(?:FATAL|PANIC):\s+(.+)/.exec(text)?.[1] ?? null;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
