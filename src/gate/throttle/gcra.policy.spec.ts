// T-11. The attacker sends any number of requests at any time, and looks for a pattern with more answers.
import fc from 'fast-check';
import { counted, paceOf, recordOf, type Quota } from './gcra.policy.js';

const WINDOW_MS = 60_000;
const START_US = 1_800_000_000_000_000;
const quotaOf = (limit: number): Quota => ({ limit, windowMs: WINDOW_MS });

/** Times of the answered requests. */
function answered(times: readonly number[], quota: Quota): number[] {
  let wholeAt: number | undefined;
  return times.filter((nowUs) => {
    const { isAllowed, aheadUs } = counted(wholeAt, nowUs, paceOf(quota));
    wholeAt = nowUs + aheadUs;
    return isAllowed;
  });
}

const limits = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 10_000_000 }));
/** Many at one instant, some close together, a long wait now and then. */
const gaps = fc.oneof(fc.constant(0), fc.nat(2_000_000), fc.nat(90_000_000));
const sequences = fc.array(gaps, { maxLength: 200 }).map((waits) => {
  let nowUs = START_US;
  return waits.map((wait) => (nowUs += wait));
});

describe('rate limited requests', () => {
  it('are never answered above the limit plus the units that return in that time', () => {
    fc.assert(
      fc.property(limits, sequences, (limit, times) => {
        const passed = answered(times, quotaOf(limit));
        for (const [first, from] of passed.entries())
          for (const [index, until] of passed.slice(first).entries()) {
            const tolerance = Math.floor((limit * (until - from)) / (WINDOW_MS * 1_000));
            expect(index + 1).toBeLessThanOrEqual(limit + tolerance);
          }
      }),
      { numRuns: 50 },
    );
  });

  it('are answered up to the whole limit at one instant, and then refused, for any limit', () => {
    for (const limit of [1, 2, 3, 7, 11, 59, 61, 300, 6_000, 99_991]) {
      const times = Array.from({ length: limit + 50 }, () => START_US);
      expect(answered(times, quotaOf(limit))).toHaveLength(limit);
    }
  });

  it('are always answered at the rate of the limit', () => {
    const { intervalUs } = paceOf(quotaOf(7));
    const times = Array.from({ length: 1_000 }, (_none, index) => START_US + index * intervalUs);
    expect(answered(times, quotaOf(7))).toHaveLength(1_000);
  });

  it('have the same result without the refused ones', () => {
    fc.assert(
      fc.property(limits, sequences, (limit, times) => {
        const passed = answered(times, quotaOf(limit));
        expect(answered(passed, quotaOf(limit))).toEqual(passed);
      }),
    );
  });

  it('never wait longer than an interval, and an impossible stored time counts as none', () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: -1e13, max: 1e13 }), (limit, offset) => {
        const pace = paceOf(quotaOf(limit));
        const first = counted(START_US + offset, START_US, pace);
        expect(first.aheadUs).toBeGreaterThan(0);
        expect(first.aheadUs).toBeLessThanOrEqual(pace.wholeUs);
        if (offset > pace.wholeUs) expect(first).toEqual(counted(undefined, START_US, pace));
        const later = START_US + pace.intervalUs;
        expect(counted(START_US + first.aheadUs, later, pace).isAllowed).toBe(true);
      }),
    );
  });
});

describe('recordOf', () => {
  it('counts down, and names the second in which one more is free', () => {
    const quota = quotaOf(6);
    const records = [10, 20, 30, 40, 50, 60].map((seconds) =>
      recordOf({ isAllowed: true, aheadUs: seconds * 1_000_000 }, quota),
    );
    expect(records.map(({ totalHits, timeToExpire }) => [totalHits, timeToExpire])).toEqual(
      [1, 2, 3, 4, 5, 6].map((hits) => [hits, 10]),
    );
    const refused = recordOf({ isAllowed: false, aheadUs: 50_000_001 }, quota);
    expect(refused).toEqual({ limit: 6, totalHits: 7, timeToExpire: 1, isBlocked: true, timeToBlockExpire: 1 });
  });

  it('promises the right time: one is answered at that second, and none a second before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(60_000_000), (limit, offset) => {
        const [quota, pace] = [quotaOf(limit), paceOf(quotaOf(limit))];
        const kept = START_US + pace.wholeUs - (offset % pace.intervalUs);
        const record = recordOf(counted(kept, START_US, pace), quota);
        if (!record.isBlocked) return;
        const at = (seconds: number) => counted(kept, START_US + seconds * 1_000_000, pace).isAllowed;
        expect(at(record.timeToBlockExpire)).toBe(true);
        expect(at(record.timeToBlockExpire - 1)).toBe(false);
      }),
    );
  });
});
