import { isVersion, missedMinimum, newest } from './app-version.policy.js';

describe('a version of an app', () => {
  it.each(['1.2.3', '26.1.0-beta.1', '0.0.0'])('may be %s', (text) => {
    expect(isVersion(text)).toBe(true);
  });

  it.each([
    '',
    '1',
    '1.2',
    'v1.2.3',
    ' 1.2.3',
    '1.2.3 ',
    '01.2.3',
    '1.2.3.4',
    '=1.2.3',
    '1.2.3+5',
    '١.٢.٣',
    `1.2.${'9'.repeat(60)}`,
  ])('is not “%s”', (text) => {
    expect(isVersion(text)).toBe(false);
  });

  it.each([
    ['9.10.0', '9.9.1'],
    ['26.0.0', '25.9.9'],
    ['26.0.0', '26.0.0-beta.1'],
    ['1.0.0-beta.11', '1.0.0-beta.2'],
  ])('%s is newer than %s', (newer, older) => {
    expect(missedMinimum(older, newer)).toBe(newer);
    expect(missedMinimum(newer, older)).toBeNull();
    expect(newest([older, null, newer])).toBe(newer);
  });

  it('equal to the minimum is new enough, and any is without a minimum', () => {
    expect([missedMinimum('25.1.0', '25.1.0'), missedMinimum('0.0.1', null), newest([null, null])]).toEqual([
      null,
      null,
      null,
    ]);
  });
});
