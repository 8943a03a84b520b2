import { isAllowedIn, mustBeWhole, NO_PHONES, readPhoneChange } from './phone-settings.policy.js';

describe('settings of phones', () => {
  it('are read from the options of a command', () => {
    expect(readPhoneChange({ via: 'webhook', countries: ' DE  AT DE', url: 'https://app.example.com/sms' })).toEqual({
      via: 'webhook',
      countries: ['DE', 'AT'],
      webhookUrl: 'https://app.example.com/sms',
    });
    const risk = {
      'risk-url': 'https://app.example.com/risk',
      'risk-unknown': 'another-factor',
      'risk-recent': 'send',
    };
    expect(readPhoneChange({ ...risk, 'risk-recent-days': '30', lookups: 'on', 'daily-cap': '5' })).toEqual({
      riskUrl: 'https://app.example.com/risk',
      riskUnknown: 'another_factor',
      riskRecent: 'send',
      riskRecentDays: 30,
      lookups: true,
      dailyCap: 5,
    });
    expect(readPhoneChange({ via: 'none', 'risk-url': 'none' })).toEqual({ via: null, riskUrl: null });
  });

  it.each([
    ['via', 'sms'],
    ['via', ''],
    ['countries', ''],
    ['countries', 'de'],
    ['countries', 'DE XX'],
    ['countries', '*'],
    ['daily-cap', '0'],
    ['daily-cap', '1000001'],
    ['daily-cap', '1e3'],
    ['lookups', 'yes'],
    ['url', 'app.example.com'],
    ['url', 'ftp://app.example.com/'],
    ['url', 'https://user:word@app.example.com/'],
    ['url', 'https://app.example.com/#x'],
    ['url', `https://app.example.com/${'x'.repeat(2_000)}`],
    ['twilio-account', 'AC123'],
    ['twilio-from', '12015550123'],
    ['twilio-token', 'not a token'],
    ['risk-url', 'nobody'],
    ['risk-unknown', 'maybe'],
    ['risk-recent-days', '91'],
    ['name', 'Test'],
  ])('refuse --%s %s', (word, text) => {
    expect(() => readPhoneChange({ [word]: text })).toThrow(RangeError);
  });

  it('refuse an empty command, and never show a token', () => {
    expect(() => readPhoneChange({})).toThrow('at least one');
    expect(() => readPhoneChange({ 'twilio-token': 'hunter2' })).toThrow(/^(?!.*hunter2)/);
  });

  it('refuse a transport without its settings, and every transport without a country', () => {
    const countries = ['DE'];
    const check = (change: object) => () => mustBeWhole({ ...NO_PHONES, countries, ...change });
    expect(check({ via: 'webhook' })).toThrow('--url');
    expect(check({ via: 'twilio' })).toThrow('--twilio-account');
    expect(check({ via: 'outbox', countries: [] })).toThrow('--countries');
    expect(check({ via: 'outbox' })).not.toThrow();
    expect(check({ via: null, countries: [] })).not.toThrow();
  });

  it('allow a file for codes, except in production', () => {
    expect(['development', 'test', 'production'].map((name) => isAllowedIn(name, { via: 'outbox' }))).toEqual([
      true,
      true,
      false,
    ]);
    expect(isAllowedIn('production', { via: 'webhook' })).toBe(true);
  });
});
