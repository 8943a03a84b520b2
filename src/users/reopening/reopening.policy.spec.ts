import { decideReopening, type ReopeningState } from './reopening.policy.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 28, 9);
const NEVER: ReopeningState = { asked: null, reopenedAtMs: null };
const ada = (nowMs: number) => ({ clientId: 'ada', nowMs });
const bob = (nowMs: number) => ({ clientId: 'bob', nowMs });
const byAda: ReopeningState = {
  asked: { client: 'ada', until: new Date(NOW + HOUR).toISOString() },
  reopenedAtMs: null,
};

describe('resetting the count of wrong codes', () => {
  it('is requested by the first client, for an hour', () => {
    expect(decideReopening(NEVER, ada(NOW))).toEqual({ asked: byAda.asked });
    expect(decideReopening(byAda, bob(NOW + HOUR))).toMatchObject({ asked: { client: 'bob' } });
  });

  it('accepts another client within that hour', () => {
    expect(decideReopening(byAda, ada(NOW + 1))).toEqual({ refused: 'same_client_again' });
    expect(decideReopening(byAda, bob(NOW + HOUR - 1))).toEqual({ reopened: true });
  });

  it('is refused to every client for 30 days, to the millisecond', () => {
    const done = { ...byAda, reopenedAtMs: NOW };
    expect(decideReopening(done, bob(NOW + 1))).toEqual({ refused: 'reopened_before' });
    expect(decideReopening(done, ada(NOW + 30 * DAY - 1))).toEqual({ refused: 'reopened_before' });
    expect(decideReopening(done, bob(NOW + 30 * DAY))).toMatchObject({ asked: { client: 'bob' } });
  });
});
