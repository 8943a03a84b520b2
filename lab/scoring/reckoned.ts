// How often chance alone stops an honest application, by the share of its numbers that are known. It applies the
// service's own rule (src/abuse/enumeration-score.policy.ts) to many millions of numbers, more than a month of traffic
// has.
import { levelOf, stepped } from '../../src/abuse/enumeration-score.policy.js';
import type { Random } from '../random.js';
import { upperBound } from './score.js';

export interface Reckoned {
  readonly hitRate: number;
  readonly numbers: number;
  readonly stops: number;
  /**
   * Stops in a thousand days of a tenant that asks about as many new numbers a day as the limit allows
   * (docs/limits.md).
   */
  readonly perThousandDays: number;
  readonly atMost: number;
}

export interface Walk {
  readonly hitRate: number;
  readonly numbers: number;
  readonly perDay: number;
  readonly random: Random;
}

export function reckon({ hitRate, numbers, perDay, random }: Walk): Reckoned {
  let [score, stops] = [0, 0];
  for (let number = 0; number < numbers; number += 1) {
    score = stepped(score, random.isTrue(hitRate));
    if (levelOf(score) !== 'stopped') continue;
    stops += 1;
    score = 0;
  }
  const days = numbers / perDay;
  return {
    hitRate,
    numbers,
    stops,
    perThousandDays: (1_000 * stops) / days,
    atMost: (1_000 * upperBound(stops)) / days,
  };
}
