import { Random } from './random.js';

const some = (random: Random, count: number) => Array.from({ length: count }, () => random.next());
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('Random', () => {
  it('gives the same numbers for the same seed, and others for another seed', () => {
    expect(some(new Random('a', 1), 5)).toEqual(some(new Random('a', 1), 5));
    expect(some(new Random('a', 1), 5)).not.toEqual(some(new Random('a', 2), 5));
    expect(some(new Random('a1'), 5)).not.toEqual(some(new Random('a', 1), 5));
  });

  it('is uniform, and its counts follow Poisson', () => {
    const random = new Random('spread');
    const values = some(random, 100_000);
    expect(mean(values)).toBeCloseTo(0.5, 2);
    expect(values.filter((value) => value < 0.1).length / values.length).toBeCloseTo(0.1, 2);
    const counts = Array.from({ length: 50_000 }, () => random.count(3));
    expect(mean(counts)).toBeCloseTo(3, 1);
    expect(mean(counts.map((count) => (count - 3) ** 2))).toBeCloseTo(3, 0);
  });
});
