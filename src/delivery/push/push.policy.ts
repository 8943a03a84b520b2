/** The schedule and content of a push message to a tenant's backend. */

/** Tries: immediately, and after 5, 15, 35 and 75 seconds. Later the app finds the challenge when it is opened. */
export const TRIES = 5;
export const SECONDS_TO_NEXT = 5;

/** Without the action and the number: the device fetches the action, and never receives the number. */
export interface Push {
  /** TypeIDs. */
  readonly challengeId: string;
  readonly deviceIds: readonly string[];
  readonly userId: string;
  readonly expiresAt: Date;
}
