import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedDatabaseError } from './errors.js';
import { identityOf } from './processes.js';
import { acquireStartLock } from './start-lock.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'countersign-lock-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid;

function leave(number: number, holder: object): void {
  const whole = { pid: process.pid, identity: identityOf(process.pid), released: false, ...holder };
  writeFileSync(join(folder, `postgres.lock.${number}`), JSON.stringify(whole));
}

function expectRefusal(words: RegExp): void {
  expect(() => acquireStartLock(folder)).toThrow(EmbeddedDatabaseError);
  expect(() => acquireStartLock(folder)).toThrow(words);
}

describe('the start lock', () => {
  it('refuses while a live process holds it, and is free once released', () => {
    const lock = acquireStartLock(folder);
    expectRefusal(new RegExp(`Another process \\(${process.pid}\\) already runs`));
    lock.release();
    acquireStartLock(folder).release();
    expect(readdirSync(folder)).toEqual(['postgres.lock.2']);
  });

  it('is taken over from a process that has ended', () => {
    leave(7, { pid: deadPid() });
    acquireStartLock(folder);
    expect(readdirSync(folder)).toEqual(['postgres.lock.8']);
  });

  it('is taken over when the id of the holder belongs to another process now', () => {
    if (process.platform === 'win32') return;
    leave(1, { identity: 'an earlier boot' });
    acquireStartLock(folder);
    expect(readdirSync(folder)).toEqual(['postgres.lock.2']);
  });

  it('refuses if only the id of the holder is known', () => {
    leave(1, { identity: null });
    expectRefusal(/already runs/);
  });

  it('follows the highest number, with any files below it', () => {
    leave(9, { pid: deadPid() });
    leave(10, {});
    expectRefusal(/already runs/);
  });

  it('refuses on a damaged file, and names it', () => {
    writeFileSync(join(folder, 'postgres.lock.3'), '');
    expectRefusal(/postgres\.lock\.3 is damaged.*: delete that file if nothing else runs there\.$/);
  });
});
