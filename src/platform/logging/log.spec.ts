import { Log, type LogLevel } from './log.js';

function logged(level: LogLevel, write: (log: Log) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  write(new Log(level, { write: (line) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

// T-10. The attacker reads the log, and hopes for a logged object that holds secrets.
describe('T-10: an attacker who reads the log', () => {
  it('finds the named fields only, for every kind of logged object', () => {
    const spread = { requestId: 'req_1', status: 422, code: '123456', secret: 'csk_x', headers: { cookie: 'x' } };
    const [line] = logged('info', (log) => log.info('request', spread));
    expect(line).toEqual({
      level: 30,
      time: expect.stringMatching(/Z$/),
      msg: 'request',
      requestId: 'req_1',
      status: 422,
    });
  });

  it('finds the name, code and frames of an error, and neither its message nor its other properties', () => {
    const error = Object.assign(new Error('Key (user_id)=(ada) exists'), {
      code: '23505',
      detail: 'ada',
      query: 'ada',
    });
    const [line] = logged('info', (log) => log.error('failed', { error }));
    expect(line?.['error']).toMatchObject({ name: 'Error', code: '23505', frames: expect.any(Array) });
    expect(JSON.stringify(line)).not.toContain('ada');
  });

  it('finds nothing of a message of several lines that looks like frames', () => {
    const error = new Error('first\n    secret 123456\nlast');
    const [line] = logged('info', (log) => log.error('failed', { error }));
    expect(JSON.stringify(line)).not.toContain('123456');
  });

  it('finds nothing of a thrown value that is not an error', () => {
    const [line] = logged('info', (log) => log.warn('failed', { error: { code: '123456' } }));
    expect(line?.['error']).toEqual({ name: 'object' });
  });
});

describe('Log', () => {
  it('writes its level and above', () => {
    const lines = logged('warn', (log) => {
      log.debug('a');
      log.info('b');
      log.warn('c');
      log.error('d');
    });
    expect(lines.map(({ msg }) => msg)).toEqual(['c', 'd']);
  });
});
