import { named, valuesFor } from './named-statement.js';

describe('named statements', () => {
  it('number each name once, in order of appearance', () => {
    const { text, parameters } = named('x', 'SELECT :b::int, :a, :b::int');
    expect([text, parameters]).toEqual(['SELECT $1::int, $2, $1::int', ['b', 'a']]);
  });

  it('leave casts, slices and times alone', () => {
    const sql = "SELECT a::timestamptz, b[2:], c[:], '10:30'";
    expect(named('x', sql).text).toBe(sql);
  });

  it('send values in the order of the text, and null as a value', () => {
    expect(valuesFor(named('x', ':second :first'), { first: 1, second: null, other: 3 })).toEqual([null, 1]);
  });

  it('refuse to run without a value', () => {
    expect(() => valuesFor(named('x', ':first'), {})).toThrow('given no first');
  });
});
