import fc from 'fast-check';
import { blocksFor, doneOf, planFrom, selected, shuffled } from './plan.js';

describe('a plan', () => {
  it('is 60,000 times a class into the evidence folder by default', () => {
    expect(planFrom([], '/root')).toMatchObject({
      mode: 'evidence',
      samples: 60_000,
      level: 0.01,
      out: '/root/docs/security/evidence',
    });
  });

  it('does not write evidence in quick mode, and ends in time', () => {
    const plan = planFrom(['--quick'], '/root');
    expect(plan).toMatchObject({ mode: 'quick', out: '/root/coverage/timing' });
    expect(plan.seconds).toBeLessThanOrEqual(10);
  });

  it('takes samples and folder from flags', () => {
    expect(planFrom(['--quick', '--samples', '200', '--out', '/else'], '/root')).toMatchObject({
      samples: 200,
      out: '/else',
    });
  });

  it('takes one endpoint or several, by commas or by repetition', () => {
    expect(planFrom([], '/root').endpoints).toEqual([]);
    expect(planFrom(['--endpoint', 'one,two', '--endpoint', 'three'], '/root').endpoints).toEqual([
      'one',
      'two',
      'three',
    ]);
  });

  it.each([['--samples', 'many'], ['--samples', '127'], ['--samples', '200.5'], ['--sample', '200'], ['200']])(
    'refuses %s %s',
    (...flags) => {
      expect(() => planFrom(flags.filter(Boolean), '/root')).toThrow();
    },
  );

  it('finishes a load after its blocks, or after its time if there are enough samples', () => {
    const plan = {
      ...planFrom(['--quick'], '/root'),
      samples: 1_600,
      seconds: 10,
      members: { other: 16, reference: 48 },
    };
    expect(blocksFor(1_600, plan.members)).toBe(100);
    expect(doneOf(plan, 50, 5)).toBe(0.5);
    expect(doneOf(plan, 100, 5)).toBe(1);
    expect(doneOf(plan, 20, 10)).toBe(1);
    expect(doneOf(plan, 4, 60)).toBe(0.5);
  });
});

describe('the endpoints of a run', () => {
  const all = ['one', 'two', 'three'].map((name) => ({ name }));

  it('are all of them, unless some are named', () => {
    expect(selected(all, [])).toEqual(all);
    expect(selected(all, ['three', 'one', 'one'])).toEqual([{ name: 'one' }, { name: 'three' }]);
  });

  it.each(['four', ''])('refuse the unknown name “%s”', (name) => {
    expect(() => selected(all, ['one', name])).toThrow('one, two, three');
  });
});

describe('a shuffled block', () => {
  it('holds every item once', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), (items) => {
        expect(shuffled(items).sort((a, b) => a - b)).toEqual([...items].sort((a, b) => a - b));
      }),
    );
  });

  it('has every order with the same frequency', () => {
    const counts = new Map<string, number>();
    for (let run = 0; run < 6_000; run += 1) {
      const order = shuffled(['a', 'b', 'c']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    // 1,000 of each of six orders expected, standard deviation 29.
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(180);
  });
});
