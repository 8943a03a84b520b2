import fc from 'fast-check';
import { constantTimeEqual } from './constant-time.js';

describe('constantTimeEqual', () => {
  it('answers as === does for texts of any length', () => {
    const text = fc.string({ maxLength: 6 });
    fc.assert(fc.property(text, text, (a, b) => constantTimeEqual(a, b) === (a === b)));
    fc.assert(fc.property(fc.string(), (a) => constantTimeEqual(a, a)));
  });

  it('compares bytes with bytes and with their text', () => {
    expect(constantTimeEqual(Buffer.from('123456'), new Uint8Array([49, 50, 51, 52, 53, 54]))).toBe(true);
    expect(constantTimeEqual(Buffer.from('123456'), '123456')).toBe(true);
  });

  it('refuses a prefix, an extension and an empty text, without throwing', () => {
    for (const other of ['12345', '1234567', '123456\0', '']) {
      expect(constantTimeEqual('123456', other)).toBe(false);
    }
    expect(constantTimeEqual('', '')).toBe(true);
  });
});
