import fc from 'fast-check';
import { RISK_ANSWERS } from '../../phones/settings/phone-settings.policy.js';
import { assessNumber, carrierFactsSchema, type RiskSettings, type RiskVerdict } from './number-risk.policy.js';

const DAY = 86_400_000;
const NOW = 1_800_000_000_000;
const before = (ms: number) => new Date(NOW - ms).toISOString();

const refusing: RiskSettings = { riskUnknown: 'refuse', riskRecent: 'refuse', riskRecentDays: 7 };
const sending: RiskSettings = { riskUnknown: 'send', riskRecent: 'send', riskRecentDays: 7 };

/** As the webhook does: the answer, parsed and evaluated. */
function verdictOf(answer: unknown, settings = refusing): RiskVerdict {
  return assessNumber(carrierFactsSchema.parse(answer), settings, NOW);
}
const AT_RISK = { withheld: 'number_at_risk', demand: 'refuse' };
const UNKNOWN = { withheld: 'number_unknown', demand: 'refuse' };

describe('a number', () => {
  it.each([
    ['a SIM card that is older', { simChangedAt: before(7 * DAY) }],
    ['a provider that is older', { portedAt: before(8 * DAY) }],
    ['a line that takes texts', { lineType: 'mobile' }],
    ['a line of the internet', { lineType: 'voip' }],
    ['nothing changed that is known', { simChangedAt: null, portedAt: null, lineType: 'mobile' }],
    ['more in the answer', { lineType: 'mobile', carrier: 'x', risk: 100 }],
  ])('is sent to with %s', (_what, answer) => {
    expect(verdictOf(answer)).toBe('send');
  });

  it.each([
    ['a new SIM card', { simChangedAt: before(7 * DAY - 1) }],
    ['a new provider', { portedAt: before(0) }],
    ['a change in the future', { simChangedAt: before(-365 * DAY) }],
    ['a change written with another offset', { simChangedAt: '2027-01-15T10:00:00+02:00' }],
    ['one change that is new and one that is not', { simChangedAt: before(400 * DAY), portedAt: before(DAY) }],
    ['a new SIM card and an unknown kind of line', { simChangedAt: before(DAY), lineType: 'smoke' }],
  ])('is at risk with %s', (_what, answer) => {
    expect(verdictOf(answer)).toEqual(AT_RISK);
    expect(verdictOf(answer, { ...refusing, riskUnknown: 'send', riskRecent: 'another_factor' })).toEqual({
      ...AT_RISK,
      demand: 'another_factor',
    });
    expect(verdictOf(answer, sending)).toBe('send');
  });

  it.each(['landline', 'tollFree', 'premium', 'sharedCost', 'uan', 'voicemail', 'pager'])(
    'is refused as a %s, under every setting',
    (lineType) => {
      expect(verdictOf({ lineType }, sending)).toEqual(AT_RISK);
      expect(verdictOf({ lineType, simChangedAt: before(400 * DAY) }, sending)).toEqual(AT_RISK);
    },
  );

  it.each([
    ['the answer is empty', {}],
    ['every fact is null', { simChangedAt: null, portedAt: null, lineType: null }],
    ['a date is invalid', { simChangedAt: 'yesterday', lineType: 'mobile' }],
    ['a date has no offset', { simChangedAt: '2020-01-01T00:00:00' }],
    ['a date has no time', { portedAt: '2020-01-01' }],
    ['a date is a number', { portedAt: 1_577_836_800_000 }],
    ['a date does not exist', { portedAt: '2020-02-30T00:00:00Z' }],
    ['the kind of line is unknown', { lineType: 'smoke' }],
    ['the kind of line is in capitals', { lineType: 'MOBILE' }],
    ['the kind of line is not a text', { lineType: ['mobile'] }],
  ])('is unknown if %s', (_what, answer) => {
    expect(verdictOf(answer)).toEqual(UNKNOWN);
    expect(verdictOf(answer, { ...refusing, riskUnknown: 'another_factor' })).toEqual({
      ...UNKNOWN,
      demand: 'another_factor',
    });
    expect(verdictOf(answer, { ...refusing, riskUnknown: 'send' })).toBe('send');
  });

  it('is unknown without an answer', () => {
    expect(assessNumber(null, refusing, NOW)).toEqual(UNKNOWN);
    expect(assessNumber(null, { ...refusing, riskUnknown: 'send' }, NOW)).toBe('send');
  });

  it('is recent for the number of days that is set', () => {
    const answer = { simChangedAt: before(30 * DAY) };
    expect(verdictOf(answer, { ...refusing, riskRecentDays: 30 })).toBe('send');
    expect(verdictOf(answer, { ...refusing, riskRecentDays: 31 })).toEqual(AT_RISK);
  });

  it('gets the stricter result of two answers', () => {
    const answer = { simChangedAt: before(DAY), portedAt: 'soon' };
    expect(verdictOf(answer, { ...refusing, riskRecent: 'another_factor' })).toEqual(UNKNOWN);
    expect(verdictOf(answer, { ...refusing, riskUnknown: 'another_factor' })).toEqual(AT_RISK);
    expect(verdictOf(answer, { ...refusing, riskUnknown: 'another_factor', riskRecent: 'another_factor' })).toEqual({
      ...AT_RISK,
      demand: 'another_factor',
    });
  });

  it('never gets a looser result from more facts', () => {
    const strictness = (verdict: RiskVerdict) =>
      verdict === 'send' ? 0 : RISK_ANSWERS.indexOf(verdict.demand) === 1 ? 2 : 1;
    const date = fc.constantFrom(before(DAY), before(400 * DAY), 'never');
    const facts = { simChangedAt: date, portedAt: date, lineType: fc.constantFrom('mobile', 'pager', 'smoke') };
    const answer = fc.constantFrom(...RISK_ANSWERS);
    const settings = fc.record({ riskUnknown: answer, riskRecent: answer, riskRecentDays: fc.constant(7) });
    const field = fc.constantFrom('simChangedAt', 'portedAt', 'lineType');
    fc.assert(
      fc.property(fc.record(facts), field, settings, (all, left, set) => {
        const fewer = { ...all, [left]: undefined };
        expect(strictness(verdictOf(all, set))).toBeGreaterThanOrEqual(strictness(verdictOf(fewer, set)));
      }),
    );
  });
});
