// The service with a change to its sources, in a folder of its own: shows that specs notice a missing guard.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface Edit {
  /** Below src/. */
  readonly file: string;
  /** Must occur exactly once; otherwise the mutant is not made. */
  readonly find: string;
  readonly replace: string;
}

export interface Mutant {
  readonly folder: string;
  remove(): void;
}

export async function makeMutant(edits: readonly Edit[]): Promise<Mutant> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-mutant-'));
  const script = join(process.cwd(), 'test/support/make-mutant.mjs');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  await execute(process.execPath, [script, JSON.stringify({ to: folder, edits })]).catch((error: unknown) => {
    remove();
    throw error;
  });
  return { folder, remove };
}

export interface Run {
  readonly exitCode: number | null;
  readonly text: string;
}

export interface RunOptions {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Runs Node to its end, at most half a minute, with this environment and no other. */
export function runNode({ args, env, cwd = process.cwd() }: RunOptions): Promise<Run> {
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { cwd, env: { PATH: process.env['PATH'], ...env }, timeout: 30_000 });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('close', (exitCode) => done({ exitCode, text }));
  });
}
