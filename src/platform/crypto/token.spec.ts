import { createHash } from 'node:crypto';
import { hashToken, isWellFormedToken, mintToken } from './token.js';

const BASE62 = Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');

describe('mintToken', () => {
  it('makes tokens that secret scanners find, and never the same twice', () => {
    const tokens = Array.from({ length: 2_000 }, () => mintToken('csk'));
    expect(tokens.filter((token) => !/^csk_[0-9A-Za-z]{36}$/.test(token))).toEqual([]);
    expect(tokens.filter((token) => !isWellFormedToken('csk', token))).toEqual([]);
    expect(new Set(tokens).size).toBe(tokens.length);
  });

  it('has no likelier character: chi-square over 62 values is below the 10^-9 quantile', () => {
    const counts = new Map(BASE62.map((character) => [character, 0]));
    for (let i = 0; i < 2_000; i += 1) {
      for (const character of mintToken('csk').slice(4, 34)) {
        counts.set(character, (counts.get(character) ?? 0) + 1);
      }
    }
    const expected = (2_000 * 30) / 62;
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(counts.size).toBe(62);
    expect(chiSquare).toBeLessThan(145);
  });
});

describe('isWellFormedToken', () => {
  const token = mintToken('csk');

  it('refuses every token with one character changed', () => {
    for (let at = 0; at < token.length; at += 1) {
      for (const character of [...BASE62, '_', '-', ' ', '\n', 'é']) {
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        expect(isWellFormedToken('csk', changed)).toBe(changed === token);
      }
    }
  });

  it('refuses two neighbours exchanged, a character lost and a character too many', () => {
    for (let at = 0; at < token.length; at += 1) {
      const rest = token.slice(at);
      const exchanged = token.slice(0, at) + rest.slice(1, 2) + rest.slice(0, 1) + rest.slice(2);
      expect(isWellFormedToken('csk', exchanged)).toBe(exchanged === token);
      expect(isWellFormedToken('csk', token.slice(0, at) + rest.slice(1))).toBe(false);
      expect(isWellFormedToken('csk', `${token.slice(0, at)}0${rest}`)).toBe(false);
    }
  });

  it.each(['', 'csk_', 'csk', token.slice(4), ` ${token}`, `${token}\n`, `csk_${'0'.repeat(36)}`, '\0'])(
    'refuses %j',
    (text) => {
      expect(isWellFormedToken('csk', text)).toBe(false);
    },
  );

  it('refuses a token of another kind, and its prefix rewritten', () => {
    expect(isWellFormedToken('cbt', token)).toBe(false);
    expect(isWellFormedToken('cbt', token.replace('csk', 'cbt'))).toBe(false);
  });
});

describe('hashToken', () => {
  it('differs from the plain digest that an attacker may have computed for other systems', () => {
    const token = mintToken('csk');
    expect(hashToken(token)).not.toEqual(createHash('sha256').update(token).digest());
    expect(hashToken(token)).toEqual(
      createHash('sha256')
        .update(Buffer.concat([Buffer.from('countersign:token:v1'), Buffer.alloc(1), Buffer.from(token)]))
        .digest(),
    );
  });
});
