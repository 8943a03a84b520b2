import fc from 'fast-check';
import { framed } from './framing.js';

describe('framed', () => {
  it('gives different bytes for different lists of texts', () => {
    const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 4 }), { maxLength: 4 });
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        expect(framed(...one).equals(framed(...other))).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it('keeps the end of a part and the start of the next apart', () => {
    expect(framed('ab', 'c')).not.toEqual(framed('a', 'bc'));
    expect(framed('ab')).not.toEqual(framed('a', 'b'));
    expect(framed('', 'a')).not.toEqual(framed('a', ''));
  });

  it('counts bytes, not characters', () => {
    expect(framed('é', 'x').toString('hex')).toBe('00000002c3a90000000178');
  });
});
