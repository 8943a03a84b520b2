/**
 * One canonical form for every spelling of a phone number: E.164 (ITU-T), by libphonenumber's full metadata. A text
 * with an extension, a letter or without a country code is not a number. Pure.
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

export interface PhoneNumber {
  /** E.164: a plus and 7 to 15 digits. */
  readonly e164: string;
  /** ISO 3166-1 alpha-2. Null for numbers without a country (satellites, international services). */
  readonly country: string | null;
  /** Whether its kind receives text messages: no landline, and no premium, toll-free or shared-cost number. */
  readonly takesMessages: boolean;
}

// The characters that people and address books write between digits. No letters, so no extension and no vanity number.
const SPELLING = /^\+[\p{Nd}\p{Zs}\p{Pd}()./]{6,40}$/u;
const E164 = /^\+[1-9]\d{6,14}$/;
const MESSAGE_KINDS: ReadonlySet<string | undefined> = new Set(['MOBILE', 'FIXED_LINE_OR_MOBILE']);
/** Length of a block's prefix of an E.164 number, the plus included. A toll fraudster has many numbers of one block. */
const PREFIX_LENGTH = 7;
const HINT_DIGITS = 2;

/** Null for a text that is not a phone number in international form (RFC 3966 without parameters included). */
export function readPhoneNumber(text: string): PhoneNumber | null {
  // NFKC: full-width digits, plus and brackets become ordinary ones.
  const spelled = text.normalize('NFKC').trim().replace(/^tel:/i, '');
  if (!SPELLING.test(spelled)) return null;
  const parsed = parsePhoneNumberFromString(spelled, { extract: false });
  // Some landlines of Germany are longer than E.164 allows. They receive no messages.
  if (!parsed?.isValid() || !E164.test(parsed.number)) return null;
  return {
    e164: parsed.number,
    country: parsed.country ?? null,
    takesMessages: MESSAGE_KINDS.has(parsed.getType()),
  };
}

/** Whether a tenant with these countries sends to this number. */
export function maySendTo({ country, takesMessages }: PhoneNumber, countries: readonly string[]): boolean {
  return takesMessages && country !== null && countries.includes(country);
}

/** The block of a number. */
export function prefixOf(e164: string): string {
  return e164.slice(0, PREFIX_LENGTH);
}

/** The hundred numbers that differ in the last two digits. An enumeration of a range meets them together. */
export function hundredOf(e164: string): string {
  return e164.slice(0, -2);
}

/** The last two digits: enough for the owner to tell two numbers apart. */
export function hintOf(e164: string): string {
  return `•• ${e164.slice(-HINT_DIGITS)}`;
}
