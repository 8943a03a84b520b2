/**
 * Whether a repeated alert of one day is sent again: the first time, and when the count reaches 10, 100, 1,000 and so
 * on. So a flood of alerts causes few messages. Pure.
 */
export function isSentAgain(count: number): boolean {
  return /^10*$/.test(String(count));
}
