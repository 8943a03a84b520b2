import fc from 'fast-check';
import { canonicalCode, newRecoveryCodes, RECOVERY_CODE, shownCode } from './recovery-codes.policy.js';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const code = fc.string({ unit: fc.constantFrom(...ALPHABET), minLength: 16, maxLength: 16 });

describe('a new set of recovery codes', () => {
  it('holds ten of four groups, with ten different selectors', () => {
    for (let sets = 0; sets < 50; sets += 1) {
      const set = newRecoveryCodes();
      expect(set).toHaveLength(10);
      expect(new Set(set.map(({ selector }) => selector)).size).toBe(10);
      for (const one of set) expect(shownCode(one)).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    }
  });

  // The secret has 65 bits only if each of 13 places takes each of 32 characters.
  it('has no likelier character in any place: chi-square over 32 values is below the 10^-9 quantile', () => {
    const texts = Array.from({ length: 640 }, newRecoveryCodes)
      .flat()
      .map(({ text }) => text);
    for (let place = 3; place < 16; place += 1) {
      const expected = texts.length / 32;
      const counts = [...ALPHABET].map((letter) => texts.filter((text) => text[place] === letter).length);
      const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      // Quantile of chi-square with 31 degrees of freedom at 1 − 10^-9.
      expect(chiSquare).toBeLessThan(105);
    }
  });
});

describe('a typed recovery code', () => {
  it('is the same code in any case and grouping, and with letters that look like digits', () => {
    const { text, selector } = canonicalCode('7K1M-90XT-04VB-HZ3D');
    expect([text, selector]).toEqual(['7K1M90XT04VBHZ3D', '7K1']);
    for (const typed of ['7k1m90xt04vbhz3d', '7K1M 90XT 04VB HZ3D', '7kIm-9oxt-O4vb-hz3d', '7kLm90XTo4vb-HZ3D'])
      expect(canonicalCode(typed).text).toBe(text);
  });

  it('is the code that was shown', () => {
    const shownAndRead = fc.property(code, (text) => {
      const shown = shownCode({ text, selector: text.slice(0, 3) });
      expect(canonicalCode(shown)).toEqual({ text, selector: text.slice(0, 3) });
      expect(canonicalCode(shown.toLowerCase()).text).toBe(text);
    });
    fc.assert(shownAndRead);
  });

  it.each([
    ['a code of an authenticator', '123456'],
    ['one of eight digits', '12345678'],
    ['fifteen characters', '7K1M-90XT-04VB-HZ3'],
    ['seventeen', '7K1M-90XT-04VB-HZ3DD'],
    ['a U, which Crockford leaves out', '7U1M-90XT-04VB-HZ3D'],
    ['digits of another script', '٧K1M-90XT-04VB-HZ3D'],
    ['a letter whose capital is ASCII elsewhere', '7ſ1M-90XT-04VB-HZ3D'],
    ['a line feed at the end', '7K1M-90XT-04VB-HZ3D\n'],
    ['two hyphens', '7K1M--90XT-04VB-HZ3D'],
  ])('is not %s', (_name, typed) => {
    expect(RECOVERY_CODE.test(typed)).toBe(false);
    expect(() => canonicalCode(typed)).toThrow(RangeError);
  });
});
