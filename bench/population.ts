// The users of the benchmark. A user's secret is computed from their number, so that its processes agree on it without
// passing 200,000 of them around. They exist in the benchmark's own databases only.
import { createHash } from 'node:crypto';

export const USERS = 200_000;
/** The first three quarters send right codes, the others wrong ones, so that counted failures do not mix in. */
const RIGHT_USERS = 150_000;
// A prime that divides neither group, so that neighbours in time are far apart on disk.
const STRIDE = 7_919;

export type Scenario = 'right' | 'wrong' | 'unknown';

export function userIdOf(number: number): string {
  return `user-${String(number).padStart(6, '0')}`;
}

export function secretOf(number: number): Buffer {
  return createHash('sha256').update(`countersign bench ${number}`).digest().subarray(0, 20);
}

/** The user of the request with this number. */
export function userNumberFor(scenario: Scenario, request: number): number {
  if (scenario === 'right') return (request * STRIDE) % RIGHT_USERS;
  return RIGHT_USERS + ((request * STRIDE) % (USERS - RIGHT_USERS));
}

/** A user id for the request; ids of unknown users never repeat. */
export function userIdFor(scenario: Scenario, request: number): string {
  return scenario === 'unknown' ? `unknown-${request}` : userIdOf(userNumberFor(scenario, request));
}
