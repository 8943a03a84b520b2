// Runs one of PostgreSQL's programs to its end, as the place's account, without this process's environment. So neither
// settings (PG…, LC_…) nor secrets reach it.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Account } from './reach.js';

export interface ToolRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly account: Account | null;
  readonly input?: string;
}

export interface ToolOutcome {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const CLEAN_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC' };

/** @throws the system's error if the program cannot be started. */
export async function runTool(run: ToolRun): Promise<ToolOutcome> {
  const child = spawn(run.program, run.args, { ...run.account, env: CLEAN_ENVIRONMENT, windowsHide: true });
  const endWithUs = (): boolean => child.kill();
  process.once('exit', endWithUs);
  try {
    return await outcomeOf(child, run.input ?? '');
  } finally {
    process.off('exit', endWithUs);
  }
}

function outcomeOf(child: ChildProcessWithoutNullStreams, input: string): Promise<ToolOutcome> {
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
  }
  // A program that ends early closes its input. Its exit code tells why.
  child.stdin.on('error', () => undefined).end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...output }));
  });
}
