// T-38. An attacker with a limit of look-ups tries other spellings of a number. Each spelling is the same number, or
// invalid.
import fc from 'fast-check';
import { hintOf, maySendTo, prefixOf, readPhoneNumber } from './number.policy.js';

const US = '+12015550123';

const SPELLINGS: readonly (readonly [string, string])[] = [
  ['+12015550123', US],
  ['+1 (201) 555-0123', US],
  ['tel:+1-201-555-0123', US],
  ['TEL:+12015550123', US],
  ['  +1 201 555 0123\n', US],
  ['＋１２０１５５５０１２３', US],
  ['＋１（２０１）５５５－０１２３', US],
  ['+١٢٠١٥٥٥٠١٢٣', US],
  ['+۱۲۰۱۵۵۵۰۱۲۳', US],
  ['+𝟏𝟐𝟎𝟏5550123', US],
  ['+1.201.555.0123', US],
  ['+1/201/555/0123', US],
  ['+1\u2011201\u2013555\u20140123', US],
  ['+1\u00a0201\u00a0555\u00a00123', US],
  ['+1\u2009201\u3000555\u202f0123', US],
  ['+1 1 201 555 0123', US],
  ['+44 (0) 7911 123456', '+447911123456'],
  ['+44 07911 123456', '+447911123456'],
  ['+49 0151 23456789', '+4915123456789'],
  ['+49 (0)151/23456789', '+4915123456789'],
  ['+54 11 15 2345 6789', '+5491123456789'],
  ['+7 8 912 345 67 89', '+79123456789'],
  // The zero is a part of the number in Italy.
  ['+39 (02) 3661 8300', '+390236618300'],
];

const REFUSED: Readonly<Record<string, readonly string[]>> = {
  'an extension': ['ext 5', 'x5', ';ext=5', '#5', ',5', ' доб. 5', 'extension 5'].map((tail) => `${US}${tail}`),
  'a letter': ['+1201555o123', '+1201555O123', '+1201555о123', 'a+12015550123', '+12015550123a', '+1201555Ⅻ123'],
  'a vanity number': ['+1 800 FLOWERS', '+1-201-GO-BIRDS', '+1 201 CALL NOW'],
  'no country': ['12015550123', '2015550123', '(201) 555-0123', '020 7946 0018'],
  'a prefix of a country instead of a plus': ['0012015550123', '011 1 201 555 0123', '+0012015550123'],
  'two pluses': ['++12015550123', '+1+2015550123', '+12015550123+', '+ +12015550123'],
  'too few digits': ['', '+', '+1', '+1201', '+1201555', '+44 7911'],
  'too many digits': [`+${'1'.repeat(30)}`, `+1201555${'0'.repeat(24)}`, `${US}4`, `${US}123`],
  'a country that is none': ['+999 201 555 0123', '+210 555 0123'],
  'two numbers': [`${US}/124`, `${US} ${US}`, `${US},+12015550124`, `${US};+12015550124`, `${US} / 2015550124`],
  'something invisible': ['\u200b', '\u200d', '\u00ad', '\u2060', '\u0000', '\ufe0f', '\u180e'].map(
    (mark) => `+1201${mark}5550123`,
  ),
  'a mark of direction': ['\u200e', '\u200f', '\u202d', '\u202c', '\u2066'].flatMap((mark) => [
    `${mark}${US}`,
    `${US}${mark}`,
    `+1201${mark}5550123`,
  ]),
  'a line inside': ['+1201\n5550123', '+1201\r5550123', '+1201\t5550123', '+1201\u20285550123'],
  'another scheme or a parameter': ['sms:+12015550123', `tel:${US};phone-context=+1`, 'tel:2015550123', `tel: ${US}`],
  'digits of a script that the library does not read': ['+१२०१५५५०१२३', `${US}१`, '+1201555०0123'],
};

/** Of many countries, with and without zeros inside, of 8 to 13 digits. */
const VALID = [
  US,
  '+447911123456',
  '+4915123456789',
  '+33612345678',
  '+390236618300',
  '+393123456789',
  '+34612345678',
  '+5491123456789',
  '+5511961234567',
  '+525512345678',
  '+79123456789',
  '+8613123456789',
  '+819012345678',
  '+918123456789',
  '+61412345678',
  '+4790612345',
  '+4520123456',
  '+6581234567',
  '+870773123456',
];

const SEPARATORS = [' ', '-', '.', '/', '(', ')', '\u00a0', '\u2009', '\u2011', '\u2013', '\u3000', '（', '－'];
const SCRIPTS = ['0123456789', '０１２３４５６７８９', '٠١٢٣٤٥٦٧٨٩', '۰۱۲۳۴۵۶۷۸۹'];

/** A valid number, each digit in any script and with or without a separator. */
const spelled = fc.constantFrom(...VALID).chain((e164) =>
  fc
    .array(fc.tuple(fc.constantFrom(...SCRIPTS), fc.option(fc.constantFrom(...SEPARATORS), { nil: '' })), {
      minLength: e164.length - 1,
      maxLength: e164.length - 1,
    })
    .chain((dressed) => {
      const digits = dressed.map(([script, gap], index) => `${script[Number(e164[index + 1])] ?? ''}${gap}`).join('');
      const frames = fc.constantFrom(['+', ''], ['＋', ' '], ['tel:+', ''], ['  +', '\n']);
      return frames.map(([before = '', after = '']) => ({ e164, text: `${before}${digits}${after}` }));
    }),
);

/** Almost valid numbers, the most likely to be misread. */
const almost = fc
  .array(fc.constantFrom(...'+0123456789 -().;x#٣３\u200b'.split(''), '+49', '+39', '+1', 'tel:', '(0)'), {
    maxLength: 22,
  })
  .map((parts) => parts.join(''));

describe('a phone number', () => {
  it.each(SPELLINGS)('%j is read as %s', (text, e164) => {
    expect(readPhoneNumber(text)?.e164).toBe(e164);
  });

  it.each(Object.keys(REFUSED))('is invalid with %s', (what) => {
    const read = (REFUSED[what] ?? []).filter((text) => readPhoneNumber(text) !== null);
    expect(read).toEqual([]);
  });

  it('is invalid with more than the fifteen digits of E.164, in any country', () => {
    for (const text of ['+4989451013325827', '+49520677290673186', '+49 0 89451013325827'])
      expect(readPhoneNumber(text)).toBeNull();
  });

  it('is the same in every spelling', () => {
    fc.assert(
      fc.property(spelled, ({ e164, text }) => {
        expect(readPhoneNumber(text)?.e164).toBe(e164);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is canonical: reading it again gives the same', () => {
    for (const e164 of VALID) expect(readPhoneNumber(e164)?.e164).toBe(e164);
  });

  const unread = (text: string) => {
    const first = readPhoneNumber(text);
    if (first === null) return;
    expect(first.e164).toMatch(/^\+[1-9]\d{6,14}$/);
    expect(readPhoneNumber(first.e164)).toEqual(first);
  };

  it.each([
    ['any text', fc.string({ unit: 'binary', maxLength: 64 })],
    ['any grapheme', fc.string({ unit: 'grapheme', maxLength: 40 })],
    ['what looks like one', almost],
    ['any digits after a plus', fc.stringMatching(/^\+[1-9][0-9]{5,18}$/)],
    ['any digits of a country that has long ones', fc.stringMatching(/^\+49[0-9]{5,16}$/)],
  ])('is a canonical form or invalid, and never an error: %s', (_what, texts) => {
    fc.assert(fc.property(texts, unread), { numRuns: 2_000 });
  });

  it('gets no messages if its kind makes the caller pay, or is not mobile', () => {
    const kinds = { premium: '+19005550123', 'toll-free': '+18005550123', 'premium, British': '+449098790000' };
    const more = { 'fixed line': '+442079460018', 'fixed line, Italian': '+390236618300', voip: '+445612345678' };
    for (const text of Object.values({ ...kinds, ...more }))
      expect([text, readPhoneNumber(text)?.takesMessages]).toEqual([text, false]);
    for (const text of [US, '+447400123456']) expect(readPhoneNumber(text)?.takesMessages).toBe(true);
  });

  it('of a satellite or of an international service has no country', () => {
    for (const text of ['+870773123456', '+881612345678', '+80012345678', '+883510000000094'])
      expect([text, readPhoneNumber(text)?.country]).toEqual([text, null]);
  });

  it('is sent to in the named countries only', () => {
    const allowed = (text: string, countries: string[]) => {
      const number = readPhoneNumber(text);
      return number !== null && maySendTo(number, countries);
    };
    expect(allowed(US, ['GB', 'US'])).toBe(true);
    expect(allowed(US, ['CA', 'GB'])).toBe(false);
    expect(allowed(US, [])).toBe(false);
    // One country code, other countries: Canada, Jamaica; Guernsey.
    expect([allowed('+14165550123', ['US']), allowed('+18762101234', ['US'])]).toEqual([false, false]);
    expect([allowed('+447911123456', ['GB']), allowed('+447911123456', ['GG'])]).toEqual([false, true]);
    expect([allowed('+19005550123', ['US']), allowed('+442079460018', ['GB'])]).toEqual([false, false]);
    expect(allowed('+870773123456', ['US', '001', ''])).toBe(false);
  });

  it('belongs to a block by its first six digits', () => {
    expect([prefixOf(US), prefixOf('+4790612345')]).toEqual(['+120155', '+479061']);
  });

  it('shows at most two digits', () => {
    expect([hintOf(US), hintOf('+4790612345')]).toEqual(['•• 23', '•• 45']);
  });
});
