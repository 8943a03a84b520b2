/** Which user a blind look-up finds, and for how long it can be answered. */
import { CODE_MS } from '../code-life.policy.js';

export const BLIND_LOOKUP_MS = CODE_MS;

/** Answers that are verified; the right one ends it. Together with the limits of a number they bound guessing. */
export const MAX_BLIND_ANSWERS = 5;

/** SECURITY(T-38): carriers reassign unused numbers. After this many days a confirmation no longer counts. */
export const CONFIRMED_WITHIN_DAYS = 365;

/** Days after an answer for which an end user's network has the reserved share of the limits. */
export const KNOWN_ADDRESS_DAYS = 30;

/** Networks that one number makes known; the newest are kept. So one phone cannot open the reserved share to many. */
export const ADDRESSES_OF_A_NUMBER = 3;
