import fc from 'fast-check';
import { shifted, syntheticTimes } from './synthetic.js';
import { croppedWelch, keptShare, welch } from './welch.js';

const A = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4];
const B = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4];

describe('Welch’s t', () => {
  // Expected: scipy.stats.ttest_ind(B, A, equal_var=False).
  it('equals the values of SciPy', () => {
    const { t, df, p } = welch(Float64Array.from(A), Float64Array.from(B));
    expect(t).toBeCloseTo(2.455356398286006, 10);
    expect(df).toBeCloseTo(24.988529290231416, 8);
    expect(p).toBeCloseTo(0.021378001462866992, 7);
  });

  it('changes only its sign when the classes swap, and nothing when all times are scaled', () => {
    const times = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 3, maxLength: 30 });
    fc.assert(
      fc.property(times, times, fc.integer({ min: 1, max: 1_000 }), (first, second, by) => {
        const [a, b] = [Float64Array.from([...first, 0, 1]), Float64Array.from([...second, 0, 1])];
        const { t } = welch(a, b);
        expect(welch(b, a).t).toBeCloseTo(-t, 8);
        expect(welch(shifted(a, by), shifted(b, by)).t).toBeCloseTo(t, 8);
      }),
    );
  });
});

describe('the crops', () => {
  it('keep from 7 % to 99.9 %; the tenth keeps one half', () => {
    expect(keptShare(0)).toBeCloseTo(0.067, 3);
    expect(keptShare(9)).toBeCloseTo(0.5, 12);
    expect(keptShare(99)).toBeCloseTo(0.99902, 5);
  });

  it('find a difference in the fast answers that the tail hides from the test on all times', () => {
    const tail = (seed: number) =>
      syntheticTimes(2_000, seed).map((time, index) => (index % 5 === 0 ? time * 80 : time));
    const [first, second] = [tail(1), shifted(tail(2), 80)];
    expect(welch(first, second).p).toBeGreaterThan(0.05);
    const { p, kept, t } = croppedWelch(first, second);
    expect(p).toBeLessThan(0.001);
    expect(kept).toBeLessThan(0.9);
    expect(t).toBeGreaterThan(0);
  });

  it('do not alarm more often, although there are a hundred', () => {
    const alarms = Array.from({ length: 100 }, (_none, run) =>
      croppedWelch(syntheticTimes(300, 2 * run), syntheticTimes(300, 2 * run + 1)),
    ).filter(({ p }) => p < 0.05).length;
    expect(alarms).toBeLessThanOrEqual(9);
  });

  it('report nothing for too few times', () => {
    const few = Float64Array.from([1, 2, 3]);
    expect(croppedWelch(few, shifted(few, 100))).toEqual({ t: 0, kept: 1, tests: 0, p: 1 });
  });
});
