// T-41. The attacker has a list, patience, and as many stolen credentials as they like; the honest have wrong numbers among their own.
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

const NOBODY: Scores = { tenant: 0, clients: new Map() };

/** Of 0 to 1, the same ones for each seed (mulberry32). */
function drawn(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** How many numbers until the walk is at its end; `most` where it is not by then. */
function lengthOf(share: number, { seed, most }: { seed: number; most: number }): number {
  const draw = drawn(seed);
  let score = 0;
  for (let asked = 1; asked <= most; asked += 1) {
    score = stepped(score, draw() < share);
    if (levelOf(score) === 'stopped') return asked;
  }
  return most;
}

/** How often the walk gets to its end, and begins anew, in so many numbers. */
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

describe('the walk of whoever asks about numbers', () => {
  it('stops at five unknown numbers in a row, and warns at three', () => {
    const scores = times(5, (index) =>
      times(index + 1, () => false).reduce<number>((score, isKnown) => stepped(score, isKnown), 0),
    );
    expect(scores.map(levelOf)).toEqual(['quiet', 'quiet', 'warned', 'warned', 'stopped']);
  });

  it('never goes below zero, so that known numbers asked first buy nothing', () => {
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
    'ends for a list of which $share is known after $median numbers at the median, $p95 for 95 %',
    ({ share, median, p95 }) => {
      const lengths = times(2_000, (seed) => lengthOf(share, { seed, most: 5_000 })).sort((one, other) => one - other);
      expect(lengths[1_000]).toBeLessThanOrEqual(median);
      expect(lengths[1_900]).toBeLessThanOrEqual(p95);
    },
  );

  it('is blind from 64 % on', () => {
    expect(HONEST_FROM).toBeCloseTo(0.639, 3);
  });

  it('ends one miss above the line: two known numbers later it is below, however many were not', () => {
    const end = times(100, () => false).reduce<number>(stepped, 0);
    expect(levelOf(stepped(end, true))).toBe('stopped');
    expect(levelOf(stepped(stepped(end, true), true))).toBe('warned');
  });

  // docs/detection.md: once in 1,200,000 and once in 36,000.
  it.each([
    { share: 0.95, least: 0, most: 8 },
    { share: 0.9, least: 30, most: 85 },
  ])(
    'stops an honest asker, of whose numbers $share are known, $least to $most times in two million',
    ({ share, least, most }) => {
      const stops = stopsOf(share, 2_000_000);
      expect(stops).toBeGreaterThanOrEqual(least);
      expect(stops).toBeLessThanOrEqual(most);
    },
  );

  it('tells each rise once, and again after it came down', () => {
    const asked = [
      ...times(3, () => seen('a', false)),
      ...times(6, () => seen('a', true)),
      ...times(3, () => seen('a', false)),
    ];
    const { rises } = walked(
      NOBODY,
      asked.map((each) => ({ ...each, isNewToTenant: false })),
    );
    expect(rises).toEqual([
      { level: 'warned', clientId: 'a' },
      { level: 'warned', clientId: 'a' },
    ]);
  });

  it('takes ten credentials for one attacker, and leaves a client alone that asks about known numbers', () => {
    const attack = times(10, (index) => seen(`stolen-${index}`, false));
    const { rises, stopped } = walked(NOBODY, [seen('honest', true), ...attack, seen('honest', true)]);
    expect(rises.filter(({ clientId }) => clientId === null).map(({ level }) => level)).toEqual(['warned', 'stopped']);
    expect([...stopped].sort()).toEqual(attack.map(({ clientId }) => clientId).sort());
  });

  it('counts a number once for the tenant, though ten credentials ask about it', () => {
    const { scores, stopped } = walked(
      NOBODY,
      times(10, (index) => seen(`client-${index}`, false, index === 0)),
    );
    expect(scores.tenant).toBeLessThan(WARNED_AT);
    expect(stopped.size).toBe(0);
  });

  it('goes on from where it stood, in whatever pieces it is judged', () => {
    const one = fc.record({
      clientId: fc.constantFrom('a', 'b', 'c'),
      isKnown: fc.boolean(),
      isNewToTenant: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 60 }), fc.nat(60), (asked, cut) => {
        const whole = walked(NOBODY, asked);
        const first = walked(NOBODY, asked.slice(0, cut));
        const second = walked(first.scores, asked.slice(cut));
        expect(second.scores).toEqual(whole.scores);
        expect([...first.rises, ...second.rises]).toEqual(whole.rises);
        expect(new Set([...first.stopped, ...second.stopped])).toEqual(whole.stopped);
      }),
    );
  });
});
