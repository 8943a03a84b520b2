// The child processes of the benchmark, and their cost by Linux. Every child is registered before it can fail, so that
// `stopAll` stops all.
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LoadAnswer, Measured, Stretch } from './load.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const children = new Set<ChildProcess>();
const START_MS = 30_000;
const STOP_MS = 8_000;

export interface RunningServer {
  readonly port: number;
  readonly pid: number;
}

/** The built service as anyone would run it; its log goes to /dev/null. */
export async function startService(
  port: number,
  environment: Record<string, string>,
  folder = root,
): Promise<RunningServer> {
  const env = { ...base(), ...environment, PORT: String(port) };
  const child = register(
    spawn(process.execPath, ['dist/main.js'], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] }),
  );
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const deadline = performance.now() + START_MS;
  while (!(await isReady(port))) {
    if (child.exitCode !== null || performance.now() > deadline)
      throw new Error(`the service did not start: ${said.trim()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { port, pid: pidOf(child) };
}

export async function startFloor(environment: Record<string, string>): Promise<RunningServer> {
  const child = forked('floor.ts', environment);
  const { port } = await firstMessage<{ port: number }>(child);
  return { port, pid: pidOf(child) };
}

export interface Generator {
  readonly pid: number;
  run(stretch: Stretch): Promise<Measured>;
}

export async function startGenerator(): Promise<Generator> {
  const child = forked('load.ts', {});
  await firstMessage(child);
  const run = async (stretch: Stretch) => {
    child.send(stretch);
    const answer = await firstMessage<LoadAnswer>(child);
    if ('failure' in answer) throw new Error(answer.failure);
    return answer.measured;
  };
  return { pid: pidOf(child), run };
}

export async function stopAll(): Promise<void> {
  await Promise.all([...children].map(stop));
}

export interface Cost {
  readonly cpuSeconds: number;
  readonly rssMb: number;
}

/** User and system time so far, and resident memory; NaN where there is no /proc. */
export function costOf(pid: number): Cost {
  try {
    // After the parenthesised name, field 14 of proc(5) is utime and 15 is stime, in ticks of 10 ms. Field 24 is rss in
    // pages of 4 kB.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const field = (number: number) => Number(fields[number - 3]);
    return { cpuSeconds: (field(14) + field(15)) / 100, rssMb: (field(24) * 4_096) / 1e6 };
  } catch {
    return { cpuSeconds: NaN, rssMb: NaN };
  }
}

function base(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME };
}

function forked(file: string, environment: Record<string, string>): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return register(fork(path, { cwd: root, execArgv: ['--import', 'tsx'], env: { ...base(), ...environment } }));
}

function register<Child extends ChildProcess>(child: Child): Child {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('a child process did not start');
  return child.pid;
}

function firstMessage<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`${child.spawnargs.at(-1) ?? 'a child process'} ended unexpectedly`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as Message);
    });
  });
}

async function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(timer);
}
