// T-38, T-39. The counts themselves are in test/security/budgets.spec.ts.
import fc from 'fast-check';
import { budget, isPumped, JUDGED_FROM, LIMITS, lookUpBudgets, tenantBudgets, type Limit } from './budget.policy.js';

const HOUR = 3_600_000;
const SLOTS = 24;

describe('a limit', () => {
  const all: readonly [string, Limit][] = [
    ...Object.entries(LIMITS),
    ...[1, 2, 3, 2_000, 1_000_000].flatMap((cap) =>
      tenantBudgets(cap).map((each) => [`${each.name}, ${cap}`, each] as const),
    ),
  ].map(([name, { most, windowMs }]) => [name, { most, windowMs }]);

  it.each(all)('is counted in whole slots, and allows something: %s', (_name, { most, windowMs }) => {
    expect([windowMs % SLOTS, Number.isInteger(most)]).toEqual([0, true]);
    expect(most).toBeGreaterThan(0);
    // The database counts in 32 bits.
    expect(most).toBeLessThan(2 ** 31);
  });

  it('is that of the published table', () => {
    const table = Object.entries(LIMITS).map(([name, { most, windowMs }]) => [name, most, windowMs / HOUR]);
    expect(table).toEqual(
      expect.arrayContaining([
        ['look-ups of a client, burst', 50, 1],
        ['look-ups of a client', 100, 24],
        ['look-ups of a tenant', 300, 24],
        ['pair of user and number', 1, 24],
        ['numbers of a user', 5, 24],
        ['users of a number', 5, 24],
        ['blind look-ups of a client', 1_000, 24],
        ['blind look-ups of a number', 3, 1],
        ['blind look-ups of a number a day', 10, 24],
        ['blind answers of a number', 15, 24],
        ['blind answers of a number a month', 100, 720],
        ['codes to a number', 1, 1 / 120],
        ['codes to a number in ten minutes', 5, 1 / 6],
      ]),
    );
  });
});

describe('what a look-up costs', () => {
  it('is charged to the client twice and to its tenant, whatever the number', () => {
    const charged = lookUpBudgets('a client').map(({ name, subject }) => [name, subject]);
    expect(charged).toEqual([
      ['look-ups of a client, burst', 'a client'],
      ['look-ups of a client', 'a client'],
      ['look-ups of a tenant', ''],
    ]);
  });

  it('is counted by whose it is', () => {
    expect(budget('numbers of a user', 'ada')).toEqual({
      name: 'numbers of a user',
      subject: 'ada',
      ...LIMITS['numbers of a user'],
    });
  });
});

describe('the codes of a tenant', () => {
  it('are a quarter of the day in an hour, one at least and none beyond the day', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (cap) => {
        const [hour, day] = tenantBudgets(cap);
        expect([day?.most, day?.windowMs, hour?.windowMs]).toEqual([cap, SLOTS * HOUR, HOUR]);
        expect(hour?.most).toBe(Math.ceil(cap / 4));
      }),
    );
  });

  it('have a name of their own for each window', () => {
    expect(new Set([...tenantBudgets(5).map(({ name }) => name), ...Object.keys(LIMITS)]).size).toBe(
      Object.keys(LIMITS).length + 2,
    );
  });
});

describe('a block of numbers', () => {
  it('is not judged below twenty codes, used or not', () => {
    expect(JUDGED_FROM).toBe(20);
    expect([isPumped({ sent: 0, used: 0 }), isPumped({ sent: 19, used: 0 })]).toEqual([false, false]);
  });

  it.each([
    [20, 3, true],
    [20, 4, false],
    [21, 4, true],
    [24, 4, true],
    [25, 5, false],
    [26, 5, true],
    [100, 19, true],
    [100, 20, false],
    [100, 100, false],
  ])('of %d codes with %d used is stopped: %s', (sent, used, stopped) => {
    expect(isPumped({ sent, used })).toBe(stopped);
  });

  it('that is stopped was not stopped by a code that was used', () => {
    const counts = fc.record({ sent: fc.nat(10_000), used: fc.nat(10_000) });
    fc.assert(
      fc.property(counts, ({ sent, used }) => {
        if (isPumped({ sent, used: used + 1 })) expect(isPumped({ sent, used })).toBe(true);
        if (!isPumped({ sent: sent + 1, used }) && sent >= JUDGED_FROM) expect(isPumped({ sent, used })).toBe(false);
      }),
    );
  });
});
