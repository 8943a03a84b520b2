// The rule of a blind look-up in SQL: a number leads to a user only if one user has it, confirmed within a year.
import { CONFIRMED_WITHIN_DAYS } from './blind-lookup.policy.js';

/**
 * The end of an aggregate query over `phones` of one tenant and number.
 * SECURITY(T-38): a number of two users may belong to either. One confirmed long ago may have another owner by now.
 * @param now the parameter that holds the time
 */
export function hasSoleHolder(now: string): string {
  return `HAVING count(*) = 1 AND min(confirmed_at) > ${now}::timestamptz - make_interval(days => ${CONFIRMED_WITHIN_DAYS})`;
}
