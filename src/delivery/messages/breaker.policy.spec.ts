import { afterFailure, afterSuccess, CLOSED, decideCall, FAILURES, REST_MS, type Breaker } from './breaker.policy.js';

const NOW = 1_800_000_000_000;

function failing(times: number, from: Breaker = CLOSED): Breaker {
  let breaker = from;
  for (let time = 0; time < times; time += 1) breaker = afterFailure(breaker, false, NOW);
  return breaker;
}

describe('a circuit breaker', () => {
  it('opens after the last of the failures in a row, not before', () => {
    expect(decideCall(failing(FAILURES - 1), NOW)).toBe('call');
    expect(decideCall(failing(FAILURES), NOW)).toBe('rest');
  });

  it('counts from zero after a success', () => {
    const breaker = afterSuccess(failing(FAILURES - 1), false);
    expect(decideCall(failing(FAILURES - 1, breaker), NOW)).toBe('call');
  });

  it('allows a trial after the pause', () => {
    const open = failing(FAILURES);
    expect(decideCall(open, NOW + REST_MS - 1)).toBe('rest');
    expect(decideCall(open, NOW + REST_MS)).toBe('try');
  });

  it('allows a trial when the clock was set back, so that no pause lasts longer than REST_MS', () => {
    expect(decideCall(failing(FAILURES), NOW - 1)).toBe('try');
  });

  it('closes after a successful trial, and counts from zero', () => {
    const closed = afterSuccess(failing(FAILURES), true);
    expect(closed).toEqual(CLOSED);
  });

  it('pauses again after a failed trial, from the end of the trial', () => {
    const again = afterFailure(failing(FAILURES), true, NOW + REST_MS + 7);
    expect(decideCall(again, NOW + 2 * REST_MS + 6)).toBe('rest');
    expect(decideCall(again, NOW + 2 * REST_MS + 7)).toBe('try');
  });

  it('is neither closed nor opened anew by calls that began before it opened', () => {
    const open = failing(FAILURES);
    expect(decideCall(afterSuccess(open, false), NOW)).toBe('rest');
    expect(afterFailure(open, false, NOW + 5_000).openedMs).toBe(NOW);
  });
});
