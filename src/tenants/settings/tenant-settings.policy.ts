/** The settings of a tenant, read from command-line options. Pure: throws RangeError with a sentence. */

import { readWebAddress } from './web-address.policy.js';

export interface TenantSettings {
  readonly name: string;
  /** Hours from the start of a recovery until it opens, 0 to 72. */
  readonly recoveryDelayHours: number;
  /** The relying party of the tenant's passkeys. Null: none. */
  readonly webauthnRpId: string | null;
  readonly webauthnOrigins: readonly string[];
  /** Its clients get bound tokens only. */
  readonly boundTokensOnly: boolean;
  /** The cool-off of a new device in hours, 0 to 72. */
  readonly deviceCoolOffHours: number;
  /** The URL of the tenant's backend for push messages. Null: none. */
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
// WebAuthn L3 §4: an RP ID is a valid domain, in lower case and without a port; otherwise browsers match it with no
// page.
const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Throws RangeError: one sentence that names the invalid option. */
export function readTenantChange(words: TenantWords): TenantChange {
  const change = {
    ...delays(words),
    ...relyingParty(words),
    ...bound(words['bound-tokens']),
    ...push(words['push-url']),
  };
  if (Object.keys(change).length === 0) throw new RangeError('No settings were named: name at least one.');
  return change;
}

/** A number of hours, under the name of the setting. */
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

/** `none` removes it. */
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

// SECURITY(T-27): WebAuthn L3 §5.1.2: a credential for this RP ID works on the domain and its subdomains, over https.
// Any other origin would let an attacker's page act for the tenant.
function belongs(origin: string, rpId: string): boolean {
  const url = URL.canParse(origin) ? new URL(origin) : null;
  if (url?.origin !== origin) return false;
  const isSecure = url.protocol === 'https:' || (url.protocol === 'http:' && url.hostname === 'localhost');
  return isSecure && (url.hostname === rpId || url.hostname.endsWith(`.${rpId}`));
}
