/** Whom a blind look-up finds, and for how long it can be answered. */
import { CODE_MS } from '../code-life.policy.js';

export const BLIND_LOOKUP_MS = CODE_MS;

/** Answers that are judged; the right one ends it. With the limits of look-ups of a number, they bound what can be guessed. */
export const MAX_BLIND_ANSWERS = 5;

/** SECURITY(T-38): numbers are given to other people when nobody uses them any more: after this many days a confirmation says nothing. */
export const CONFIRMED_WITHIN_DAYS = 365;

/** For so many days after an answer an end user's network has the reserved share of the limits. */
export const KNOWN_ADDRESS_DAYS = 30;

/** Networks that one number makes known, the newest: one phone does not open the reserved share to many. */
export const ADDRESSES_OF_A_NUMBER = 3;
