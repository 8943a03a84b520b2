import { judge, voidReasons, type Times } from './judgement.js';
import { shifted, syntheticTimes } from './synthetic.js';

const ASKED = { level: 0.01, plantedDeviations: 0.2 };

/** A run without a difference between the classes. */
function even(seed: number, count = 2_000): Times {
  const times = (number: number) => syntheticTimes(count, 10 * seed + number);
  return { load: 'alone', reference: times(0), twin: times(1), others: { locked: times(2), unknown: times(3) } };
}

const significant = (times: Times) =>
  judge([times], ASKED)
    .cells.filter(({ isSignificant }) => isSignificant)
    .map(({ name }) => name);

describe('a judgement', () => {
  it('reports no class if none differs, and finds the planted delay', () => {
    const judgement = judge([even(1), { ...even(2), load: 'under load' }], ASKED);
    expect(judgement.cells.map(({ load, name }) => `${name}, ${load}`)).toEqual([
      'locked, alone',
      'unknown, alone',
      'locked, under load',
      'unknown, under load',
    ]);
    expect(judgement.cells.some(({ isSignificant }) => isSignificant)).toBe(false);
    expect(voidReasons(judgement)).toEqual([]);
  });

  it('reports the class that is slower or faster, and no other', () => {
    const times = even(3);
    for (const by of [-40, 40])
      expect(
        significant({ ...times, others: { ...times.others, locked: shifted(syntheticTimes(2_000, 99), by) } }),
      ).toEqual(['locked']);
  });

  it('plants a fifth of the standard deviation', () => {
    const times = { ...even(4), reference: Float64Array.of(0, 2, 4), twin: Float64Array.of(10, 14, 18) };
    // By hand: variances 4 and 16, their mean 10.
    expect(judge([times], ASKED).planted).toEqual([{ load: 'alone', micros: 0.2 * Math.sqrt(10) }]);
  });

  it('is void if two sets of one class differ', () => {
    const times = even(5);
    const judgement = judge([{ ...times, twin: shifted(times.twin, 60) }], ASKED);
    expect(voidReasons(judgement)).toEqual(['the null run (alone) shows a difference']);
  });

  it('is void with too few times to find the planted delay', () => {
    const few = (seed: number) => syntheticTimes(12, seed);
    const times = { load: 'alone', reference: few(1), twin: few(2), others: { locked: few(3) } };
    expect(voidReasons(judge([times], ASKED))).toEqual(['the planted delay (alone) was missed']);
  });

  it('raises a false alarm in at most one of a hundred runs without a difference', () => {
    const alarms = Array.from({ length: 60 }, (_none, run) => significant(even(run + 10, 200))).filter(
      (names) => names.length > 0,
    );
    // 0.6 expected at most.
    expect(alarms.length).toBeLessThanOrEqual(3);
  });
});
