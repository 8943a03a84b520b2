/** How often a tenant's backend is told of one challenge, and in which words. */
import { dateAt } from '../../platform/clock/clock.js';

/** At most: at once, and after 5, 15, 35 and 75 seconds; then the app finds it when it is opened. */
export const TRIES = 5;
export const SECONDS_TO_NEXT = 5;

export interface Push {
  /** TypeIDs. */
  readonly challengeId: string;
  readonly deviceIds: readonly string[];
  readonly userId: string;
  readonly expiresAt: Date;
}

/** What is to be approved is not in it, nor the number: the device fetches the one and is never sent the other. */
export function pushBody({ challengeId, deviceIds, userId, expiresAt }: Push, nowMs: number): string {
  return JSON.stringify({
    type: 'device.challenge_waiting',
    timestamp: dateAt(nowMs).toISOString(),
    data: { challengeId, userId, deviceIds, expiresAt: expiresAt.toISOString() },
  });
}
