import { decodeCursor, encodeCursor, PageQuery } from './paging.js';

describe('paging', () => {
  it('gives fifty when nothing is asked for', () => {
    expect(PageQuery.parse({})).toEqual({ limit: 50 });
  });

  it.each(['0', '101', '-1', '1.5', 'x', '', ' ', 'NaN', 'Infinity', ['1', '2']])('refuses a limit of %j', (limit) => {
    expect(PageQuery.safeParse({ limit }).success).toBe(false);
  });

  it.each(['', 'a b', '../x', 'a'.repeat(129), 'ä', 'a=', ['a']])('refuses a cursor %j', (after) => {
    expect(PageQuery.safeParse({ after }).success).toBe(false);
  });

  it('refuses what it does not know', () => {
    expect(PageQuery.safeParse({ limit: '1', offset: '1' }).success).toBe(false);
  });

  it('reads back what it wrote, and refuses another shape as malformed', () => {
    const shape = /^(\d+) ([a-z]+)$/;
    expect(decodeCursor(encodeCursor(['12', 'ab']), shape).slice(1)).toEqual(['12', 'ab']);
    for (const text of ['', '12 AB', '12 ab ', "1' OR '1 x"])
      expect(() => decodeCursor(Buffer.from(text).toString('base64url'), shape)).toThrow(
        expect.objectContaining({ code: 'malformed_request' }) as Error,
      );
  });
});
