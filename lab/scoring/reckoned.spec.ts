import { Random } from '../random.js';
import { reckon } from './reckoned.js';

const of = (hitRate: number, numbers: number) => reckon({ hitRate, numbers, perDay: 100, random: new Random('spec') });

describe('reckon', () => {
  it('stops a client with only unknown numbers at every fifth number', () => {
    expect(of(0, 1_000)).toMatchObject({ stops: 200, perThousandDays: 20_000 });
  });

  it('does not stop a client with only known numbers', () => {
    expect(of(1, 100_000)).toMatchObject({ stops: 0, perThousandDays: 0 });
    expect(of(1, 100_000).atMost).toBeCloseTo(2.996, 2);
  });

  it('stops a client with 90 % known numbers about once in 36,000 numbers', () => {
    const { stops, numbers } = of(0.9, 3_000_000);
    expect(numbers / stops).toBeGreaterThan(25_000);
    expect(numbers / stops).toBeLessThan(50_000);
  });
});
