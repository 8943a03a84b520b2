/** How far each detector may be behind before the operator gets an alert. Pure. */

/** What can be behind. `event_numbers` comes first: readers of events wait for it. */
export const LAG_BOUNDS = {
  event_numbers: 5,
  guesses: 30,
  look_ups: 30,
  number_shapes: 30,
  user_queries: 30,
  alert_deliveries: 30,
} as const;

export type Follower = keyof typeof LAG_BOUNDS;

/** Seconds that the oldest unprocessed item has waited. 0 if there is none. */
export type Lags = Readonly<Record<Follower, number>>;

export const FOLLOWERS = Object.keys(LAG_BOUNDS) as Follower[];

/**
 * The detectors that were behind at both checks. One check is not enough: an event of a long transaction is already old
 * when it is committed. And a change of the clock makes every item old.
 */
export function behindAt(one: Lags, next: Lags): Follower[] {
  return FOLLOWERS.filter((follower) => [one, next].every((lags) => lags[follower] > LAG_BOUNDS[follower]));
}
