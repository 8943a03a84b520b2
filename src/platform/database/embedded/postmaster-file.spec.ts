import { parsePostmasterFile } from './postmaster-file.js';

const whole = '123\n/srv/data\n1700000000\n5432\n/srv/run\n\n  5432001         7\nready   \n';

describe('parsePostmasterFile', () => {
  it('tells a server that is ready from a server that is starting', () => {
    expect(parsePostmasterFile(whole)).toEqual({ pid: 123, isReady: true });
    expect(parsePostmasterFile(whole.replace('ready   ', 'starting'))).toEqual({ pid: 123, isReady: false });
    expect(parsePostmasterFile('123\n/srv/data\n')).toEqual({ pid: 123, isReady: false });
  });

  it('reads the negative id of a single-user process as its id, never as a process group', () => {
    expect(parsePostmasterFile('-123\n')?.pid).toBe(123);
  });

  it.each(['', '\n', '0\n', '-0', 'x', '12 3\n', '1e3\n'])('refuses %j', (text) => {
    expect(parsePostmasterFile(text)).toBeNull();
  });
});
