import fc from 'fast-check';
import { base32Secret, otpauthUri, type OtpauthFacts } from './totp.policy.js';

const facts: OtpauthFacts = {
  issuer: 'ACME Co',
  accountName: 'john.doe@email.com',
  secret: Buffer.from('Hello!\xde\xad\xbe\xef', 'latin1'),
  algorithm: 'SHA1',
  digits: 6,
  period: 30,
};

describe('base32Secret', () => {
  // RFC 4648 §10, without the padding.
  it.each([
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('spells "%s" as %s', (text, base32) => {
    expect(base32Secret(Buffer.from(text))).toBe(base32);
  });
});

describe('otpauthUri', () => {
  it('is the example of the Key URI format, defaults left out', () => {
    expect(otpauthUri(facts)).toBe(
      'otpauth://totp/ACME%20Co:john.doe%40email.com?secret=JBSWY3DPEHPK3PXP&issuer=ACME%20Co',
    );
  });

  it('names what differs from the defaults', () => {
    const uri = otpauthUri({ ...facts, algorithm: 'SHA512', digits: 8, period: 60 });
    expect(uri.split('?')[1]).toBe('secret=JBSWY3DPEHPK3PXP&issuer=ACME%20Co&algorithm=SHA512&digits=8&period=60');
  });

  it.each(['a:b', ':', 'a%3A:b', '', ' a', 'a ', 'a\nb', 'a\0', '\u202etxt', '\ud83d', 'a'.repeat(65)])(
    'refuses the name %j',
    (name) => {
      expect(() => otpauthUri({ ...facts, issuer: name })).toThrow(RangeError);
      expect(() => otpauthUri({ ...facts, accountName: name })).toThrow(RangeError);
    },
  );

  it('escapes names, so that none adds a parameter, another secret or a path', () => {
    const awkward = fc.constantFrom('a', '&', '?', '=', '#', '/', '%', '+', 'é', '"', '\\', '<', '😀');
    const rest = fc.string({ maxLength: 40 }).map((text) => text.replaceAll(':', ''));
    const spelled = fc.tuple(awkward, rest).map(([first, more]) => `x${first}${more}`.trim());
    fc.assert(
      fc.property(spelled, spelled, (issuer, accountName) => {
        const uri = new URL(otpauthUri({ ...facts, issuer, accountName }));
        expect(uri.hash).toBe('');
        expect([...uri.searchParams]).toEqual([
          ['secret', 'JBSWY3DPEHPK3PXP'],
          ['issuer', issuer],
        ]);
        expect(uri.pathname.slice(1).split(':').map(decodeURIComponent)).toEqual([issuer, accountName]);
      }),
    );
  });
});
