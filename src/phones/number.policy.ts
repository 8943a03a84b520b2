/**
 * One canonical form for every spelling of a phone number: E.164 (ITU-T), as libphonenumber's full metadata know it. Whatever has an
 * extension, a letter or no country is none. Pure.
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

export interface PhoneNumber {
  /** E.164: a plus and 7 to 15 digits. */
  readonly e164: string;
  /** ISO 3166-1 alpha-2; null for numbers of no country (satellites, international services). */
  readonly country: string | null;
  /** Whether its kind receives text messages: not a landline, and no premium, toll-free or shared-cost number. */
  readonly takesMessages: boolean;
}

// What people and address books write between digits. No letter, so no extension and no vanity number.
const SPELLING = /^\+[\p{Nd}\p{Zs}\p{Pd}()./]{6,40}$/u;
const E164 = /^\+[1-9]\d{6,14}$/;
const MESSAGE_KINDS: ReadonlySet<string | undefined> = new Set(['MOBILE', 'FIXED_LINE_OR_MOBILE']);
/** Of an E.164 number, the plus counted: a block from which whoever earns by messages has many numbers. */
const PREFIX_LENGTH = 7;
const HINT_DIGITS = 2;

/** Null for a text that is no phone number in international form (RFC 3966 without parameters included). */
export function readPhoneNumber(text: string): PhoneNumber | null {
  // NFKC: full-width digits, plus and brackets are what they look like.
  const spelled = text.normalize('NFKC').trim().replace(/^tel:/i, '');
  if (!SPELLING.test(spelled)) return null;
  const parsed = parsePhoneNumberFromString(spelled, { extract: false });
  // Some fixed lines of Germany are longer than E.164 allows; no message gets there.
  if (!parsed?.isValid() || !E164.test(parsed.number)) return null;
  return {
    e164: parsed.number,
    country: parsed.country ?? null,
    takesMessages: MESSAGE_KINDS.has(parsed.getType()),
  };
}

/** Whether a tenant that sends to these countries sends to this number. */
export function maySendTo({ country, takesMessages }: PhoneNumber, countries: readonly string[]): boolean {
  return takesMessages && country !== null && countries.includes(country);
}

/** The block that a number belongs to. */
export function prefixOf(e164: string): string {
  return e164.slice(0, PREFIX_LENGTH);
}

/** The hundred numbers that somebody who walks along meets together. */
export function hundredOf(e164: string): string {
  return e164.slice(0, -2);
}

/** Enough for its owner to tell it from their other one. */
export function hintOf(e164: string): string {
  return `•• ${e164.slice(-HINT_DIGITS)}`;
}
