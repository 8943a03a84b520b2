import { PageQuery } from './paging.js';

describe('paging', () => {
  it('returns fifty by default', () => {
    expect(PageQuery.parse({})).toEqual({ limit: 50 });
  });

  it.each(['0', '101', '-1', '1.5', 'x', '', ' ', 'NaN', 'Infinity', ['1', '2']])('refuses a limit of %j', (limit) => {
    expect(PageQuery.safeParse({ limit }).success).toBe(false);
  });

  it.each(['', 'a b', '../x', 'a'.repeat(257), 'ä', 'a=', ['a']])('refuses a cursor %j', (after) => {
    expect(PageQuery.safeParse({ after }).success).toBe(false);
  });

  it('refuses unknown parameters', () => {
    expect(PageQuery.safeParse({ limit: '1', offset: '1' }).success).toBe(false);
  });
});
