/**
 * Whether somebody is told that an alert has been raised once more that day: of the first time, and when it has come to be ten, a hundred, a
 * thousand times as much. Whoever floods the alerts is heard of once for each nought. Pure.
 */
export function isToBeTold(count: number): boolean {
  return /^10*$/.test(String(count));
}
