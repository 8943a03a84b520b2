// T-38, T-39, T-44. The counts themselves are in test/security/budgets.spec.ts.
import fc from 'fast-check';
import { MAX_BLIND_ANSWERS } from '../blind/blind-lookup.policy.js';
import {
  blindBudgets,
  budget,
  codeBudgets,
  isPumped,
  CHECKED_FROM,
  LIMITS,
  lookUpBudgets,
  tenantBudgets,
  type Budget,
  type Limit,
} from './budget.policy.js';

const HOUR = 3_600_000;
const SLOTS = 24;

describe('a limit', () => {
  const all: readonly [string, Limit][] = [
    ...Object.entries(LIMITS),
    ...[1, 2, 3, 2_000, 1_000_000].flatMap((cap) =>
      tenantBudgets(cap).map((each) => [`${each.name}, ${cap}`, each] as const),
    ),
  ].map(([name, { most, windowMs }]) => [name, { most, windowMs }]);

  it.each(all)('is counted in whole slots, and allows at least one: %s', (_name, { most, windowMs }) => {
    expect([windowMs % SLOTS, Number.isInteger(most)]).toEqual([0, true]);
    expect(most).toBeGreaterThan(0);
    // The database counts in 32 bits.
    expect(most).toBeLessThan(2 ** 31);
  });

  it('equals the published table', () => {
    const table = Object.entries(LIMITS).map(([name, { most, windowMs }]) => [name, most, windowMs / HOUR]);
    expect(table).toEqual(
      expect.arrayContaining([
        ['look-ups of a client, burst', 50, 1],
        ['look-ups of a client', 100, 24],
        ['look-ups of a tenant', 300, 24],
        ['pair of user and number', 1, 24],
        ['numbers of a user', 5, 24],
        ['users of a number', 5, 24],
        ['blind look-ups of a client', 500, 24],
        ['blind look-ups of a number', 3, 1],
        ['blind look-ups of a number a day', 10, 24],
        ['blind look-ups of a block', 50, 1],
        ['blind look-ups of an address', 20, 1],
        ['blind look-ups of an address a day', 100, 24],
        ['codes of a user', 1, 1 / 120],
        ['codes of a user in ten minutes', 5, 1 / 6],
        ['codes of a user a day', 20, 24],
        ['enrolments of a user', 5, 24],
        ['enrolments of a number', 15, 24],
        ['enrolments of a block', 50, 1],
        ['codes of challenges to a number', 100, 24],
      ]),
    );
  });
});

describe('the charges of a look-up', () => {
  it('are two to the client and one to the tenant, for any number', () => {
    const charged = lookUpBudgets('a client').map(({ name, subject }) => [name, subject]);
    expect(charged).toEqual([
      ['look-ups of a client, burst', 'a client'],
      ['look-ups of a client', 'a client'],
      ['look-ups of a tenant', ''],
    ]);
  });

  it('are counted by subject', () => {
    expect(budget('numbers of a user', 'ada')).toEqual({
      name: 'numbers of a user',
      subject: 'ada',
      ...LIMITS['numbers of a user'],
    });
  });
});

describe('the limits of a tenant’s codes', () => {
  it('are a quarter of the day in an hour, at least one and at most the day’s', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (cap) => {
        const [hour, day] = tenantBudgets(cap);
        expect([day?.most, day?.windowMs, hour?.windowMs]).toEqual([cap, SLOTS * HOUR, HOUR]);
        expect(hour?.most).toBe(Math.ceil(cap / 4));
      }),
    );
  });

  it('have a name for each window', () => {
    expect(new Set([...tenantBudgets(5).map(({ name }) => name), ...Object.keys(LIMITS)]).size).toBe(
      Object.keys(LIMITS).length + 2,
    );
  });
});

describe('a blind look-up', () => {
  const request = { clientId: 'client', number: 'number', block: 'block', address: 'address', blindCap: 1_000 };
  const spentBy = (isKnownAddress: boolean) => {
    const { own, shared, ofNumber } = blindBudgets({ ...request, isKnownAddress });
    return [...own, ...shared, ...ofNumber];
  };
  const subjectsOf = (budgets: readonly Budget[]) => new Set(budgets.map(({ subject }) => subject));

  it('is charged to its number, client, address and tenant, and a stranger’s to the block too', () => {
    const known = ['client address', 'client number', 'number', 'client', ''];
    expect(subjectsOf(spentBy(true))).toEqual(new Set(known));
    expect(subjectsOf(spentBy(false))).toEqual(new Set([...known, 'client block']));
  });

  it('of strangers leaves half of every shared limit to known addresses, for any cap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 1_000_000 }), (blindCap) => {
        const charged = (isKnownAddress: boolean) => {
          const { own, shared, ofNumber } = blindBudgets({ ...request, blindCap, isKnownAddress });
          return [...own, ...shared, ...ofNumber].filter(({ subject }) => subject !== 'client address');
        };
        const all = charged(true);
        const names = new Set(all.map(({ name }) => name));
        const halves = charged(false).filter(({ name, subject }) => !names.has(name) && subject !== 'client block');
        expect(halves).toHaveLength(all.length);
        const most = (budgets: readonly Budget[], subject: string, windowMs: number) =>
          budgets.find((each) => each.subject === subject && each.windowMs === windowMs)?.most ?? 0;
        for (const { subject, windowMs } of all)
          expect(most(halves, subject, windowMs)).toBeLessThanOrEqual(Math.ceil(most(all, subject, windowMs) / 2));
      }),
    );
  });

  it('is guessed with a probability below 3 in 100,000 within 30 days, by any client', () => {
    const { ofNumber } = blindBudgets({ ...request, isKnownAddress: true });
    const aDay = ofNumber.find(({ windowMs }) => windowMs === SLOTS * HOUR)?.most ?? Infinity;
    expect((aDay * MAX_BLIND_ANSWERS * 30) / 10 ** 8).toBeLessThanOrEqual(3e-5);
  });
});

describe('the code of a challenge or an enrolment', () => {
  const charged = (clientId: string) =>
    codeBudgets({
      clientId,
      purpose: 'enrolment',
      userId: 'ada',
      address: 'address',
      enrols: { number: 'n', block: 'b' },
    });
  const keysOf = (budgets: readonly Budget[]) => budgets.map(({ name, subject }) => `${name} ${subject}`);

  it('is charged to the client for each limit over all clients, with the same numbers', () => {
    const { own, all } = charged('client');
    const sizesOf = (budgets: readonly Budget[]) => budgets.map(({ most, windowMs }) => [most, windowMs]);
    expect(sizesOf(own)).toEqual(expect.arrayContaining(sizesOf(all)));
    expect(all).toHaveLength(4);
  });

  it('is counted for each client, and once over all of them', () => {
    const [one, another] = [charged('client-1'), charged('client-2')];
    expect(keysOf(one.own).filter((key) => keysOf(another.own).includes(key))).toEqual([]);
    expect(keysOf(one.all)).toEqual(keysOf(another.all));
  });
});

describe('a block of numbers', () => {
  it('is not checked below twenty unused numbers', () => {
    expect(CHECKED_FROM).toBe(20);
    expect([isPumped({ unused: 0, used: 0 }), isPumped({ unused: 19, used: 0 })]).toEqual([false, false]);
  });

  it.each([
    [20, 4, true],
    [20, 5, false],
    [24, 5, true],
    [80, 19, true],
    [80, 20, false],
    [0, 100, false],
  ])('with %d unused and %d used numbers is stopped: %s', (unused, used, stopped) => {
    expect(isPumped({ unused, used })).toBe(stopped);
  });

  it('is not stopped because a code was used', () => {
    const counts = fc.record({ unused: fc.nat(10_000), used: fc.nat(10_000) });
    fc.assert(
      fc.property(counts, ({ unused, used }) => {
        if (isPumped({ unused, used: used + 1 })) expect(isPumped({ unused, used })).toBe(true);
      }),
    );
  });
});
