/** The phone settings of a tenant, read from command-line options. Pure: throws RangeError with a sentence. */
import { getCountries, isSupportedCountry } from 'libphonenumber-js/max';

/** Transports of codes: a file (development only), the tenant's backend, or Twilio's Messages API. */
export const TRANSPORTS = ['outbox', 'webhook', 'twilio'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

/** What to do about a number with unknown facts, or with a recent change of SIM card or provider. */
export const RISK_ANSWERS = ['send', 'refuse', 'another_factor'] as const;
export type RiskAnswer = (typeof RISK_ANSWERS)[number];

export interface PhoneSettings {
  /** Null: no codes are sent, and no phone can be enrolled. */
  readonly via: TransportName | null;
  /** ISO 3166-1 alpha-2. Codes are sent to these countries only. */
  readonly countries: readonly string[];
  /** Limit of codes for enrolments and challenges in any 24 hours; a quarter of it in an hour. */
  readonly dailyCap: number;
  /** The same for blind look-ups. Half of it is reserved for known addresses of end users. */
  readonly blindCap: number;
  /** Whether `phone-lookups` is available. */
  readonly lookups: boolean;
  readonly webhookUrl: string | null;
  readonly twilioAccount: string | null;
  /** The number or messaging service that Twilio sends from. */
  readonly twilioFrom: string | null;
  /** Where to check a number before a code is sent to it. Null: no check. */
  readonly riskUrl: string | null;
  readonly riskUnknown: RiskAnswer;
  readonly riskRecent: RiskAnswer;
  /** Days for which a change of SIM card or provider is recent. */
  readonly riskRecentDays: number;
}

/** With its secrets, sealed. */
export interface StoredPhoneSettings extends PhoneSettings {
  readonly webhookSecret: Uint8Array | null;
  readonly twilioToken: Uint8Array | null;
  readonly riskSecret: Uint8Array | null;
}

export const NO_PHONES: StoredPhoneSettings = {
  via: null,
  countries: [],
  dailyCap: 2_000,
  blindCap: 1_000,
  lookups: false,
  webhookUrl: null,
  webhookSecret: null,
  twilioAccount: null,
  twilioFrom: null,
  twilioToken: null,
  riskUrl: null,
  riskSecret: null,
  riskUnknown: 'refuse',
  riskRecent: 'refuse',
  riskRecentDays: 7,
};

export interface PhoneWords {
  readonly via?: string;
  readonly countries?: string;
  readonly 'daily-cap'?: string;
  readonly 'blind-cap'?: string;
  readonly lookups?: string;
  readonly url?: string;
  readonly 'twilio-account'?: string;
  readonly 'twilio-from'?: string;
  /** Contents of the file that the option names. */
  readonly 'twilio-token'?: string;
  readonly 'risk-url'?: string;
  readonly 'risk-unknown'?: string;
  readonly 'risk-recent'?: string;
  readonly 'risk-recent-days'?: string;
}

export interface PhoneChange extends Partial<PhoneSettings> {
  readonly twilioTokenText?: string;
}

const MAX_URL = 2_000;

type Reader = (text: string) => PhoneChange;

const READERS: Readonly<Record<keyof PhoneWords, Reader>> = {
  via: (text) => ({ via: text === 'none' ? null : oneOf('via', text, TRANSPORTS) }),
  countries: (text) => ({ countries: countries(text) }),
  'daily-cap': (text) => ({ dailyCap: whole('daily-cap', text, 1_000_000) }),
  'blind-cap': (text) => ({ blindCap: whole('blind-cap', text, 1_000_000) }),
  lookups: (text) => ({ lookups: oneOf('lookups', text, ['on', 'off'] as const) === 'on' }),
  url: (text) => ({ webhookUrl: url('url', text) }),
  'twilio-account': (text) => ({ twilioAccount: matching('twilio-account', text, /^AC[0-9a-f]{32}$/) }),
  'twilio-from': (text) => ({ twilioFrom: matching('twilio-from', text, /^(\+[1-9][0-9]{6,14}|MG[0-9a-f]{32})$/) }),
  'twilio-token': (text) => ({ twilioTokenText: matching('twilio-token-file', text.trim(), /^[0-9a-f]{32}$/) }),
  'risk-url': (text) => ({ riskUrl: text === 'none' ? null : url('risk-url', text) }),
  'risk-unknown': (text) => ({ riskUnknown: oneOf('risk-unknown', text.replace('-', '_'), RISK_ANSWERS) }),
  'risk-recent': (text) => ({ riskRecent: oneOf('risk-recent', text.replace('-', '_'), RISK_ANSWERS) }),
  'risk-recent-days': (text) => ({ riskRecentDays: whole('risk-recent-days', text, 90) }),
};

/** Throws RangeError: one sentence that names the invalid option. */
export function readPhoneChange(words: PhoneWords): PhoneChange {
  const given = Object.entries(words) as [keyof PhoneWords, string][];
  const strange = given.find(([word]) => !Object.hasOwn(READERS, word));
  if (strange) throw new RangeError(`--${strange[0]} is not a setting of phones.`);
  const change = given.reduce<PhoneChange>((read, [word, text]) => ({ ...read, ...READERS[word](text) }), {});
  if (given.length === 0) throw new RangeError('No settings were named: name at least one.');
  return change;
}

/** Throws RangeError if a required setting is missing. */
export function mustBeWhole({ via, webhookUrl, twilioAccount, countries: allowed }: PhoneSettings): void {
  if (via === 'webhook' && webhookUrl === null) throw new RangeError('--via webhook needs --url.');
  if (via === 'twilio' && twilioAccount === null)
    throw new RangeError('--via twilio needs --twilio-account, --twilio-from and --twilio-token-file.');
  // SECURITY(T-39): no country is allowed by default, since an attacker earns from messages to numbers of their own
  // (toll fraud).
  if (via !== null && allowed.length === 0)
    throw new RangeError('--via needs --countries: name the countries to send codes to.');
}

/** SECURITY(T-17): production writes no codes to a file. */
export function isAllowedIn(environment: string, { via }: Pick<PhoneSettings, 'via'>): boolean {
  return via !== 'outbox' || environment !== 'production';
}

function oneOf<Word extends string>(name: string, text: string, allowed: readonly Word[]): Word {
  const found = allowed.find((word) => word === text);
  if (found === undefined) throw new RangeError(`--${name} takes ${allowed.join(', ').replaceAll('_', '-')}.`);
  return found;
}

function whole(name: string, text: string, most: number): number {
  const read = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (read >= 1 && read <= most) return read;
  throw new RangeError(`--${name} takes a whole number from 1 to ${most}.`);
}

function matching(name: string, text: string, form: RegExp): string {
  if (form.test(text)) return text;
  throw new RangeError(`--${name}: the file does not hold a valid value.`);
}

function countries(text: string): string[] {
  const named = [...new Set(text.split(/\s+/).filter((word) => word !== ''))];
  const strange = named.find((country) => !isSupportedCountry(country));
  if (strange !== undefined || named.length === 0)
    throw new RangeError(`--countries takes codes of ISO 3166-1 such as ${getCountries().slice(0, 3).join(' ')}.`);
  return named;
}

/** http:// is called only if OUTBOUND_ALLOWED_RANGES holds the address; outbound.ts checks it. */
function url(name: string, text: string): string {
  const read = text.length <= MAX_URL && URL.canParse(text) ? new URL(text) : null;
  if (read && /^https?:$/.test(read.protocol) && read.username + read.password + read.hash === '') return read.href;
  throw new RangeError(`--${name} takes an https:// address without credentials.`);
}
