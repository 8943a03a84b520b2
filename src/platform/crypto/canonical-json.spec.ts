import fc from 'fast-check';
import { canonicalJson, type Json } from './canonical-json.js';

describe('canonicalJson', () => {
  // RFC 8785 §3.2.3: members sort by UTF-16 code units.
  it('sorts members as the example of RFC 8785 does', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const text = canonicalJson(Object.fromEntries(names.map((name) => [name, 0])));
    expect(text).toBe('{"\\r":0,"1":0,"\u0080":0,"\u00f6":0,"\u20ac":0,"\ud83d\ude00":0,"\ufb33":0}');
  });

  // RFC 8785 appendix B: IEEE 754 bits and their text.
  it.each([
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
  ])('writes the number %s as %s', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });

  it('writes one text for one value, with members in any order', () => {
    expect(canonicalJson({ b: [2, { d: null, c: true }], a: undefined })).toBe('{"b":[2,{"c":true,"d":null}]}');
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ stringUnit: 'grapheme' })), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        const text = canonicalJson(value);
        expect(canonicalJson(reversed as Json)).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('does not lose a member named like the prototype', () => {
    expect(canonicalJson(JSON.parse('{"constructor":1,"__proto__":{"a":2}}') as Json)).toBe(
      '{"__proto__":{"a":2},"constructor":1}',
    );
  });

  it.each([
    ['NaN', NaN],
    ['an infinity', [Infinity]],
    ['half of a surrogate pair', { a: '\ud83d' }],
    ['half of a pair in a name', { '\udc00': 1 }],
    ['undefined', undefined],
    ['a bigint', { a: 1n }],
  ])('refuses %s, which has no canonical form', (_, value) => {
    expect(() => canonicalJson(value as Json)).toThrow();
  });
});
