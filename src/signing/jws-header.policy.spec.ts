import { readHeader } from './jws-header.policy.js';

const token = (header: string | Buffer) => `${Buffer.from(header).toString('base64url')}.e30.c2ln`;

// T-06. The header is the attacker's own text.
describe('readHeader', () => {
  it('reads the four members that are needed, and drops the rest', () => {
    const header = { alg: 'ES256', typ: 'at+jwt', kid: 'k', jku: 'http://evil.example', jwk: {}, x5c: [] };
    expect(readHeader(token(JSON.stringify(header)))).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: 'k' });
  });

  it('keeps crit with any value, so that it can be refused', () => {
    for (const crit of [[], ['exp'], null, 0, ''])
      expect(readHeader(token(JSON.stringify({ alg: 'a', typ: 't', kid: 'k', crit })))).toHaveProperty('crit', crit);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', token('{')],
    ['a list', token('[]')],
    ['null', token('null')],
    ['a text', token('"x"')],
    ['no alg', token('{"typ":"t","kid":"k"}')],
    ['no typ', token('{"alg":"a","kid":"k"}')],
    ['no kid', token('{"alg":"a","typ":"t"}')],
    ['a kid that is a list', token('{"alg":"a","typ":"t","kid":["k"]}')],
    ['a kid of 129 characters', token(`{"alg":"a","typ":"t","kid":"${'k'.repeat(129)}"}`)],
    ['members of the prototype only', token('{"__proto__":{"alg":"a","typ":"t","kid":"k"}}')],
    ['bytes that are no text', token(Buffer.from([0xff, 0xfe, 0x00]))],
  ])('refuses a header that is %s', (_name, text) => {
    expect(readHeader(text)).toBeNull();
  });
});
