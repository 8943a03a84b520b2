import { readIdempotencyKey } from './idempotency-key.js';

const LONGEST = 'k'.repeat(128);

describe('an idempotency key', () => {
  it('is the same with and without quotation marks', () => {
    for (const key of ['8e03978e-40d5-43e8-bc93-6894a57f9324', 'a', 'A.b_c~d-0', LONGEST])
      expect([readIdempotencyKey(key), readIdempotencyKey(`"${key}"`)]).toEqual([key, key]);
  });

  it.each([
    ['nothing', ''],
    ['an empty string', '""'],
    ['one character too many', `${LONGEST}k`],
    ['a lone quotation mark', '"abc'],
    ['an escape', '"a\\"b"'],
    ['a parameter', '"abc";v=1'],
    ['two of them', '"abc", "def"'],
    ['blanks around it', ' abc '],
    ['a blank within', '"a b"'],
    ['a letter beyond ASCII', 'schlüssel'],
    ['a line feed at the end', 'abc\n'],
    ['bytes in colons', ':YWJj:'],
  ])('refuses %s', (_name, header) => {
    expect(readIdempotencyKey(header)).toBeNull();
  });
});
