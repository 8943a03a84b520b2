import { behindAt, type Lags } from './lag.policy.js';

const NONE: Lags = {
  event_numbers: 0,
  guesses: 0,
  look_ups: 0,
  number_shapes: 0,
  user_queries: 0,
  alert_deliveries: 0,
};

describe('behindAt', () => {
  it('names who is beyond their bound at two looks', () => {
    const late = { ...NONE, event_numbers: 5.1, guesses: 31 };
    expect(behindAt(late, late)).toEqual(['event_numbers', 'guesses']);
  });

  it('names nobody at the bound, and nobody who was behind at one look only', () => {
    const at = { ...NONE, event_numbers: 5, guesses: 30, look_ups: 30 };
    expect(behindAt(at, at)).toEqual([]);
    expect(behindAt({ ...NONE, guesses: 3_600 }, NONE)).toEqual([]);
    expect(behindAt(NONE, { ...NONE, guesses: 3_600 })).toEqual([]);
  });
});
