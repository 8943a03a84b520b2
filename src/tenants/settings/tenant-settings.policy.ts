/** What an operator may set for one tenant, read from the words of a command line. Pure: throws RangeError with a sentence. */

import { readWebAddress } from './web-address.policy.js';

export interface TenantSettings {
  readonly name: string;
  /** Hours from the beginning of a recovery until it opens, 0 to 72. */
  readonly recoveryDelayHours: number;
  /** The relying party of the tenant's passkeys; null where it has none. */
  readonly webauthnRpId: string | null;
  readonly webauthnOrigins: readonly string[];
  /** Its clients get tokens that are bound to a key, and no others. */
  readonly boundTokensOnly: boolean;
  /** Hours for which a new device approves no change to factors (0 to 72). */
  readonly deviceCoolOffHours: number;
  /** Where the tenant's backend is told that a device has something to approve; null where it is not. */
  readonly pushUrl: string | null;
}

export type TenantChange = Partial<Omit<TenantSettings, 'name'>>;

export interface TenantWords {
  readonly 'recovery-delay-hours'?: string;
  readonly 'rp-id'?: string;
  readonly origins?: string;
  readonly 'bound-tokens'?: string;
  readonly 'device-cool-off-hours'?: string;
  readonly 'push-url'?: string;
}

const MAX_HOURS = 72;
// WebAuthn L3 §4: an RP ID is a valid domain; lower case and without a port, or browsers compare it with nothing.
const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Throws RangeError: one sentence naming the word that is wrong. */
export function readTenantChange(words: TenantWords): TenantChange {
  const change = {
    ...delays(words),
    ...relyingParty(words),
    ...bound(words['bound-tokens']),
    ...push(words['push-url']),
  };
  if (Object.keys(change).length === 0) throw new RangeError('Nothing to set: name at least one setting.');
  return change;
}

/** A number of hours under the name of the setting. */
function hours(words: TenantWords, word: 'recovery-delay-hours' | 'device-cool-off-hours'): number | undefined {
  const text = words[word];
  if (text === undefined) return undefined;
  const read = /^\d{1,2}$/.test(text) ? Number(text) : NaN;
  if (read <= MAX_HOURS) return read;
  throw new RangeError(`--${word} takes a whole number from 0 to ${MAX_HOURS}.`);
}

function delays(words: TenantWords): TenantChange {
  const recoveryDelayHours = hours(words, 'recovery-delay-hours');
  const deviceCoolOffHours = hours(words, 'device-cool-off-hours');
  return {
    ...(recoveryDelayHours === undefined ? {} : { recoveryDelayHours }),
    ...(deviceCoolOffHours === undefined ? {} : { deviceCoolOffHours }),
  };
}

function bound(word: string | undefined): TenantChange {
  if (word === undefined) return {};
  if (word === 'on' || word === 'off') return { boundTokensOnly: word === 'on' };
  throw new RangeError('--bound-tokens takes on or off.');
}

/** `none` for no longer. */
function push(word: string | undefined): TenantChange {
  if (word === undefined) return {};
  if (word === 'none') return { pushUrl: null };
  const pushUrl = readWebAddress(word);
  if (pushUrl !== null) return { pushUrl };
  throw new RangeError(
    '--push-url takes an https:// address without credentials (http:// for this machine only), or none.',
  );
}

function relyingParty({ 'rp-id': rpId, origins }: TenantWords): TenantChange {
  if (rpId === undefined && origins === undefined) return {};
  if (rpId === undefined || origins === undefined) throw new RangeError('--rp-id and --origins belong together.');
  if (!DOMAIN.test(rpId)) throw new RangeError('--rp-id takes a domain in lower case, without scheme and port.');
  const webauthnOrigins = [...new Set(origins.split(/\s+/).filter((origin) => origin !== ''))];
  const strange = webauthnOrigins.find((origin) => !belongs(origin, rpId));
  if (webauthnOrigins.length === 0 || strange !== undefined) {
    throw new RangeError(`--origins takes https:// origins of ${rpId} or below it (http:// for localhost only).`);
  }
  return { webauthnRpId: rpId, webauthnOrigins };
}

// SECURITY(T-27): WebAuthn L3 §5.1.2: a credential for this RP ID works on the domain and those below it, over https. An origin
// beyond that would let a page of somebody else speak for the tenant.
function belongs(origin: string, rpId: string): boolean {
  const url = URL.canParse(origin) ? new URL(origin) : null;
  if (url?.origin !== origin) return false;
  const isSecure = url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === 'localhost');
  return isSecure && (url.hostname === rpId || url.hostname.endsWith(`.${rpId}`));
}
