// The high-water mark outside the database: a small file in a folder of the host. Written completely or not at all, and
// on disk when the write returns.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { OperatorError } from '../errors/operator-error.js';

const Mark = z.strictObject({ id: z.uuid(), number: z.coerce.bigint().positive(), atMs: z.int() });

/** The state that was seen: row `id` of the database had counted to `number`. */
export type Mark = z.infer<typeof Mark>;

export class MarkFile {
  private readonly path: string;

  /** `installation`: one folder can serve several databases. */
  constructor(
    private readonly folder: string,
    installation: string,
  ) {
    this.path = join(folder, `high-water-mark-${installation}.json`);
  }

  /**
   * Null if there is none.
   * @throws OperatorError if it is not a valid mark: ignoring it would hide a rollback.
   */
  read(): Mark | null {
    try {
      return Mark.parse(JSON.parse(readFileSync(this.path, 'utf8')));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new OperatorError(`The high-water mark ${this.path} cannot be read: check it, then remove it.`);
    }
  }

  /** @throws if the folder cannot be written. */
  write({ id, number, atMs }: Mark): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const draft = `${this.path}.${process.pid}`;
    writeFileSync(draft, JSON.stringify({ id, number: String(number), atMs }), { mode: 0o600, flush: true });
    renameSync(draft, this.path);
    const folder = openSync(this.folder, 'r');
    fsyncSync(folder);
    closeSync(folder);
  }
}
