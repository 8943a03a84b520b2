/** Whom a blind look-up finds, and for how long it can be answered. */
import { CODE_MS } from '../code-life.policy.js';

export const BLIND_LOOKUP_MS = CODE_MS;

/** Answers that are judged; the right one ends it. */
export const MAX_BLIND_ANSWERS = 5;

/** SECURITY(T-38): numbers are given to other people when nobody uses them any more: after this many days a confirmation says nothing. */
export const CONFIRMED_WITHIN_DAYS = 365;
