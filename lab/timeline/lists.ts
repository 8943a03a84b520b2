// The lists of a thief: their numbers, their order, and which numbers are registered with the tenant.
import { numberAt, PLACES } from '../numbers.js';
import type { Random } from '../random.js';

export const STRATEGIES = ['random', 'sequential', 'half', 'leaked'] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** Share of each list that is registered. Adding one? Also: `TITLES`. */
export const REGISTERED: Readonly<Record<Strategy, number>> = { random: 0.01, sequential: 0.1, half: 0.5, leaked: 0.9 };

export const TITLES: Readonly<Record<Strategy, string>> = {
  random: 'random numbers, 1 % registered',
  sequential: 'one number after the other, 10 % registered',
  half: 'a list of which half is registered',
  leaked: 'a leaked list, 90 % registered',
};

/** Lists that the detector has to find; richer lists are bounded by the budgets (docs/detection.md). */
export function isFound(strategy: Strategy): boolean {
  return REGISTERED[strategy] <= 0.5;
}

export interface Listed {
  readonly phoneNumber: string;
  readonly isRegistered: boolean;
}

/** This many different numbers. */
export function listOf(strategy: Strategy, length: number, random: Random): Listed[] {
  const start = random.below(PLACES - 20 * length);
  let place = start;
  return Array.from({ length }, () => {
    place += strategy === 'sequential' ? 1 : 1 + random.below(19);
    return { phoneNumber: numberAt(place), isRegistered: random.isTrue(REGISTERED[strategy]) };
  });
}
