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
  it('names what is above its bound at two checks', () => {
    const late = { ...NONE, event_numbers: 5.1, guesses: 31 };
    expect(behindAt(late, late)).toEqual(['event_numbers', 'guesses']);
  });

  it('names no detector at its bound, and none that was behind at one check only', () => {
    const at = { ...NONE, event_numbers: 5, guesses: 30, look_ups: 30 };
    expect(behindAt(at, at)).toEqual([]);
    expect(behindAt({ ...NONE, guesses: 3_600 }, NONE)).toEqual([]);
    expect(behindAt(NONE, { ...NONE, guesses: 3_600 })).toEqual([]);
  });
});
