/**
 * How far what watches may be behind what happens, before somebody is told. Pure.
 */

/** What can be behind. `event_numbers` comes first: whatever reads events waits for it. */
export const LAG_BOUNDS = {
  event_numbers: 5,
  guesses: 30,
  look_ups: 30,
  number_shapes: 30,
  user_queries: 30,
  alert_deliveries: 30,
} as const;

export type Follower = keyof typeof LAG_BOUNDS;

/** Seconds that the oldest thing left undone has waited; 0 where nothing is left. */
export type Lags = Readonly<Record<Follower, number>>;

export const FOLLOWERS = Object.keys(LAG_BOUNDS) as Follower[];

/**
 * Who was behind at both looks. One look is not enough: an event whose transaction was long is old when it is committed, and a clock that is
 * set makes everything old at once.
 */
export function behindAt(one: Lags, next: Lags): Follower[] {
  return FOLLOWERS.filter((follower) => [one, next].every((lags) => lags[follower] > LAG_BOUNDS[follower]));
}
