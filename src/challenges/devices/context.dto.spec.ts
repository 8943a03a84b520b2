import { ChallengeContext } from './context.dto.js';

// T-35. The attacker writes the context, and wants the user to read another text.
describe('the context that a device shows', () => {
  it.each([
    ['a text that runs backwards', 'Pay \u202e021\u202c EUR'],
    ['an isolate', '\u2066Pay\u2069'],
    ['a space of no width', 'Pay\u200b12'],
    ['a joiner', 'Pay\u200d12'],
    ['a line end', 'Sign in\nnothing to pay'],
    ['a line separator', 'Sign in\u2028nothing to pay'],
    ['a paragraph separator', 'Sign in\u2029nothing to pay'],
    ['a control character', 'Pay\u0007'],
    ['a tag character', 'Pay\u{e0041}'],
    ['a lone surrogate', 'Pay\ud800'],
    ['a character of private use', 'Pay\ue000'],
    ['a filler', '\u3164'],
    ['a filler among letters', 'Pay\u3164 12'],
    ['a joiner of graphemes', 'Pay\u034f12'],
    ['a space that does not break', 'Pay\u00a012'],
    ['a wide space', 'Pay\u300012'],
    ['a pattern without dots', '\u2800'],
    ['a variation selector', 'Pay\u{e0101}'],
    ['a row of spaces', `Log in${' '.repeat(50)}Pay 9000`],
    ['nothing', ''],
    ['a space before', ' Pay'],
    ['too much', 'x'.repeat(201)],
  ])('is not %s', (_what, text) => {
    expect(ChallengeContext.safeParse({ text }).success).toBe(false);
  });

  it.each(['Pay 120 €', 'Rechnung für Ödön', '支払い 4711', 'פריט', 'x'.repeat(200), '👍🏽'])('may be “%s”', (text) => {
    expect(ChallengeContext.safeParse({ text }).success).toBe(true);
  });

  it.each(['1e3', '1,50', '.5', '01', '+1', '1.', '', '0x1', '١'])('has no amount of “%s”', (value) => {
    expect(ChallengeContext.safeParse({ text: 'Pay', amount: { value, currency: 'EUR' } }).success).toBe(false);
  });

  it('has no field that a device does not show', () => {
    expect(ChallengeContext.safeParse({ text: 'Pay', note: 'x' }).success).toBe(false);
  });
});
