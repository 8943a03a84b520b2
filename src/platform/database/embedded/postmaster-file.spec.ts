import { parsePostmasterFile } from './postmaster-file.js';

const whole = '123\n/srv/data\n1700000000\n5432\n/srv/run\n\n  5432001         7\nready   \n';

describe('parsePostmasterFile', () => {
  it('knows a server that is ready from one that is not yet', () => {
    expect(parsePostmasterFile(whole)).toEqual({ pid: 123, isReady: true });
    expect(parsePostmasterFile(whole.replace('ready   ', 'starting'))).toEqual({ pid: 123, isReady: false });
    expect(parsePostmasterFile('123\n/srv/data\n')).toEqual({ pid: 123, isReady: false });
  });

  it('takes the negative id of a single-user process for its id, never for a process group', () => {
    expect(parsePostmasterFile('-123\n')?.pid).toBe(123);
  });

  it.each(['', '\n', '0\n', '-0', 'x', '12 3\n', '1e3\n'])('refuses %j', (text) => {
    expect(parsePostmasterFile(text)).toBeNull();
  });
});
