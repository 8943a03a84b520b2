/**
 * The form of recovery codes: sixteen characters of Crockford's base32 in four groups. Three characters select the row
 * to compare with, so that a try costs one hash. Thirteen are the secret: 65 random bits, where SP 800-63B-4 §4.2 asks
 * for 64. That is below the 112 of SP 800-63B-4 §3.1.2, so a slow hash is stored (ADR 0008).
 */
import { secureRandom } from '../../platform/crypto/random.js';

/** Codes in a set. */
export const CODES_IN_A_SET = 10;
/** At this many left, the tenant gets an event. */
export const FEW_CODES = 2;
const SELECTOR_LENGTH = 3;
const LENGTH = 16;
// https://www.crockford.com/base32.html: no I, L, O and U.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** As people type it: either case; a hyphen, a blank or nothing between groups; I and L for 1, O for 0. ASCII only. */
export const RECOVERY_CODE = /^[0-9A-TV-Za-tv-z]{4}(?:[- ]?[0-9A-TV-Za-tv-z]{4}){3}$/;

export interface CanonicalCode {
  readonly selector: string;
  /** All sixteen characters, in one spelling. */
  readonly text: string;
}

/** Throws RangeError if the text does not match RECOVERY_CODE, which the schema refuses before. */
export function canonicalCode(typed: string): CanonicalCode {
  if (!RECOVERY_CODE.test(typed)) throw new RangeError('not a recovery code');
  const text = typed.replaceAll(/[- ]/g, '').toUpperCase().replaceAll(/[IL]/g, '1').replaceAll('O', '0');
  return { selector: text.slice(0, SELECTOR_LENGTH), text };
}

/** A set of new codes with different selectors. */
export function newRecoveryCodes(): CanonicalCode[] {
  const bySelector = new Map<string, CanonicalCode>();
  while (bySelector.size < CODES_IN_A_SET) {
    const code = canonicalCode(randomText());
    if (!bySelector.has(code.selector)) bySelector.set(code.selector, code);
  }
  return [...bySelector.values()];
}

/** The form that is shown: `7K2M-9QXT-…`, four groups of four. */
export function shownCode({ text }: CanonicalCode): string {
  return text.replaceAll(/(.{4})(?=.)/g, '$1-');
}

function randomText(): string {
  // 256 is a multiple of 32, so every character is equally likely.
  return Array.from(secureRandom(LENGTH), (byte) => ALPHABET.charAt(byte & 31)).join('');
}
