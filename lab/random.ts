// Random numbers that are the same for the same seed, so that a run can be repeated: mulberry32, seeded with a hash of
// the words.
import { createHash } from 'node:crypto';

export class Random {
  private state: number;

  constructor(...seed: readonly (string | number)[]) {
    this.state = createHash('sha256').update(seed.join('\0')).digest().readUInt32BE(0);
  }

  /** From 0 up to 1, without 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to `limit`, without it. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  isTrue(chance: number): boolean {
    return this.next() < chance;
  }

  /** A count with this mean (Poisson, by Knuth's product; for means below some hundred). */
  count(mean: number): number {
    const limit = Math.exp(-mean);
    let product = this.next();
    let count = 0;
    while (product > limit) {
      product *= this.next();
      count += 1;
    }
    return count;
  }

  address(): string {
    return `198.18.${this.below(256)}.${this.below(254) + 1}`;
  }
}
