import { Random } from '../random.js';
import { listOf, REGISTERED, STRATEGIES } from './lists.js';

describe('listOf', () => {
  it.each(STRATEGIES)('of %s holds no number twice, and the stated share of registered ones', (strategy) => {
    const list = listOf(strategy, 5_000, new Random('list', strategy));
    expect(new Set(list.map(({ phoneNumber }) => phoneNumber)).size).toBe(5_000);
    const share = list.filter(({ isRegistered }) => isRegistered).length / list.length;
    expect(share).toBeGreaterThan(REGISTERED[strategy] - 0.03);
    expect(share).toBeLessThan(REGISTERED[strategy] + 0.03);
  });

  it('has neighbouring numbers if it is sequential', () => {
    const numbers = listOf('sequential', 200, new Random('near')).map(({ phoneNumber }) =>
      Number(phoneNumber.slice(-4)),
    );
    const steps = numbers.slice(1).map((number, index) => (number - (numbers[index] ?? 0) + 10_000) % 10_000);
    expect(new Set(steps)).toEqual(new Set([1]));
  });
});
