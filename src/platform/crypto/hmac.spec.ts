import { hmac } from './hmac.js';

describe('hmac', () => {
  // RFC 2202 §3 and RFC 4231 §4.3, test case 2.
  it.each([
    ['sha1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    ['sha256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  ] as const)('computes RFC 2104 over %s', (algorithm, digest) => {
    const data = Buffer.from('what do ya want for nothing?');
    expect(hmac(algorithm, Buffer.from('Jefe'), data).toString('hex')).toBe(digest);
  });
});
