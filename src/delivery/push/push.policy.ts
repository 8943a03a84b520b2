/** How often a tenant's backend is told of one challenge, and of what. */

/** At most: at once, and after 5, 15, 35 and 75 seconds; then the app finds it when it is opened. */
export const TRIES = 5;
export const SECONDS_TO_NEXT = 5;

/** What is to be approved is not in it, nor the number: the device fetches the one and is never sent the other. */
export interface Push {
  /** TypeIDs. */
  readonly challengeId: string;
  readonly deviceIds: readonly string[];
  readonly userId: string;
  readonly expiresAt: Date;
}
