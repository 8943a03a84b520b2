import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { commandOf, identityOf, isAlive, isSameProcess, parseStat } from './processes.js';

describe('parseStat', () => {
  it('is not misled by a program whose name looks like fields', () => {
    const fields = ['Z', ...Array.from({ length: 18 }, (_, n) => String(n)), '4242', 'rest'];
    expect(parseStat(`17 (evil) S 1 2) ${fields.join(' ')}`)).toEqual({ state: 'Z', startTicks: '4242' });
  });

  it('refuses a text that is not a stat line', () => {
    expect(parseStat('')).toBeNull();
  });
});

describe('a process', () => {
  it('is recognised by id and identity', () => {
    expect(isSameProcess(process.pid, identityOf(process.pid))).toBe(true);
    expect(identityOf(process.pid)).toBe(identityOf(process.pid));
  });

  it('is not mistaken for an earlier one with its id', () => {
    if (process.platform === 'win32') return;
    expect(isSameProcess(process.pid, 'an earlier boot')).toBe(false);
  });

  it('has ended', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    expect(isAlive(pid)).toBe(false);
    expect(isSameProcess(pid, null)).toBe(false);
  });

  it('is recognised by its command line', async () => {
    if (process.platform === 'win32') return;
    const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => 0, 1000)', '/a folder/data']);
    await once(child.stdout, 'data');
    expect(commandOf(child.pid ?? 0)).toContain('/a folder/data');
    child.kill();
    await once(child, 'exit');
  });
});
