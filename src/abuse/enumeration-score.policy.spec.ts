// T-41. The attacker has a list, time, and any number of stolen credentials. Honest clients have wrong numbers among
// their own.
import fc from 'fast-check';
import {
  HONEST_FROM,
  levelOf,
  STOPPED_AT,
  stepped,
  walked,
  WARNED_AT,
  type Scores,
  type Seen,
} from './enumeration-score.policy.js';

const NO_SCORES: Scores = { tenant: 0, clients: new Map() };

/** Random numbers from 0 to 1, the same for each seed (mulberry32). */
function drawn(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Numbers until the walk reaches the limit; `most` if it does not. */
function lengthOf(share: number, { seed, most }: { seed: number; most: number }): number {
  const draw = drawn(seed);
  let score = 0;
  for (let asked = 1; asked <= most; asked += 1) {
    score = stepped(score, draw() < share);
    if (levelOf(score) === 'stopped') return asked;
  }
  return most;
}

/** How often the walk reaches the limit, and restarts, in this many numbers. */
function stopsOf(share: number, count: number): number {
  const draw = drawn(count);
  let [score, stops] = [0, 0];
  for (let asked = 0; asked < count; asked += 1) {
    score = stepped(score, draw() < share);
    if (levelOf(score) !== 'stopped') continue;
    stops += 1;
    score = 0;
  }
  return stops;
}

const seen = (clientId: string, isKnown: boolean, isNewToTenant = true): Seen => ({ clientId, isKnown, isNewToTenant });
const times = <Item>(count: number, item: (index: number) => Item) =>
  Array.from({ length: count }, (_none, index) => item(index));

describe('the enumeration score', () => {
  it('stops at five unknown numbers in a row, and warns at three', () => {
    const scores = times(5, (index) =>
      times(index + 1, () => false).reduce<number>((score, isKnown) => stepped(score, isKnown), 0),
    );
    expect(scores.map(levelOf)).toEqual(['quiet', 'quiet', 'warned', 'warned', 'stopped']);
  });

  it('never goes below zero, so that registered numbers queried first gain nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), (asked) => {
        const score = asked.reduce(stepped, 0);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(times(5, () => false).reduce<number>(stepped, score)).toBeGreaterThanOrEqual(STOPPED_AT);
      }),
    );
  });

  it.each([
    { share: 0, median: 5, p95: 5 },
    { share: 0.1, median: 5, p95: 8 },
    { share: 0.3, median: 8, p95: 18 },
    { share: 0.5, median: 16, p95: 46 },
  ])(
    'reaches the limit for a list with $share registered after $median numbers (median), $p95 for 95 %',
    ({ share, median, p95 }) => {
      const lengths = times(2_000, (seed) => lengthOf(share, { seed, most: 5_000 })).sort((one, other) => one - other);
      expect(lengths[1_000]).toBeLessThanOrEqual(median);
      expect(lengths[1_900]).toBeLessThanOrEqual(p95);
    },
  );

  it('detects no list with 64 % registered or more', () => {
    expect(HONEST_FROM).toBeCloseTo(0.639, 3);
  });

  it('stops one miss above the limit: two registered numbers later it is below', () => {
    const end = times(100, () => false).reduce<number>(stepped, 0);
    expect(levelOf(stepped(end, true))).toBe('stopped');
    expect(levelOf(stepped(stepped(end, true), true))).toBe('warned');
  });

  // docs/detection.md: once in 1,200,000 and once in 36,000.
  it.each([
    { share: 0.95, least: 0, most: 8 },
    { share: 0.9, least: 30, most: 85 },
  ])(
    'blocks an honest client with $share registered $least to $most times in two million',
    ({ share, least, most }) => {
      const stops = stopsOf(share, 2_000_000);
      expect(stops).toBeGreaterThanOrEqual(least);
      expect(stops).toBeLessThanOrEqual(most);
    },
  );

  it('reports each rise once, and again after it came down', () => {
    const asked = [
      ...times(3, () => seen('a', false)),
      ...times(6, () => seen('a', true)),
      ...times(3, () => seen('a', false)),
    ];
    const { rises } = walked(
      NO_SCORES,
      asked.map((each) => ({ ...each, isNewToTenant: false })),
    );
    expect(rises).toEqual([
      { level: 'warned', clientId: 'a' },
      { level: 'warned', clientId: 'a' },
    ]);
  });

  it('takes ten credentials for one attacker, and does not block a client with registered numbers only', () => {
    const attack = times(10, (index) => seen(`stolen-${index}`, false));
    const { rises, stopped } = walked(NO_SCORES, [seen('honest', true), ...attack, seen('honest', true)]);
    expect(rises.filter(({ clientId }) => clientId === null).map(({ level }) => level)).toEqual(['warned', 'stopped']);
    expect([...stopped].sort()).toEqual(attack.map(({ clientId }) => clientId).sort());
  });

  it('counts a number once for the tenant, if ten credentials query it', () => {
    const { scores, stopped } = walked(
      NO_SCORES,
      times(10, (index) => seen(`client-${index}`, false, index === 0)),
    );
    expect(scores.tenant).toBeLessThan(WARNED_AT);
    expect(stopped.size).toBe(0);
  });

  it('has the same result for any batch size', () => {
    const one = fc.record({
      clientId: fc.constantFrom('a', 'b', 'c'),
      isKnown: fc.boolean(),
      isNewToTenant: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 60 }), fc.nat(60), (asked, cut) => {
        const whole = walked(NO_SCORES, asked);
        const first = walked(NO_SCORES, asked.slice(0, cut));
        const second = walked(first.scores, asked.slice(cut));
        expect(second.scores).toEqual(whole.scores);
        expect([...first.rises, ...second.rises]).toEqual(whole.rises);
        expect(new Set([...first.stopped, ...second.stopped])).toEqual(whole.stopped);
      }),
    );
  });
});
