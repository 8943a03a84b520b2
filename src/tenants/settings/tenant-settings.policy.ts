/** What an operator may set for one tenant, read from the words of a command line. Pure: throws RangeError with a sentence. */

export interface TenantSettings {
  readonly name: string;
  /** Hours from the beginning of a recovery until it opens (DESIGN §2: 0 to 72). */
  readonly recoveryDelayHours: number;
  /** The relying party of the tenant's passkeys; null where it has none. */
  readonly webauthnRpId: string | null;
  readonly webauthnOrigins: readonly string[];
  /** Its clients get tokens that are bound to a key, and no others. */
  readonly boundTokensOnly: boolean;
}

export type TenantChange = Partial<Omit<TenantSettings, 'name'>>;

export interface TenantWords {
  readonly 'recovery-delay-hours'?: string;
  readonly 'rp-id'?: string;
  readonly origins?: string;
  readonly 'bound-tokens'?: string;
}

const MAX_DELAY_HOURS = 72;
// WebAuthn L3 §4: an RP ID is a valid domain; lower case and without a port, or browsers compare it with nothing.
const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** Throws RangeError: one sentence naming the word that is wrong. */
export function readTenantChange(words: TenantWords): TenantChange {
  const change = { ...delay(words['recovery-delay-hours']), ...relyingParty(words), ...bound(words['bound-tokens']) };
  if (Object.keys(change).length === 0) throw new RangeError('Nothing to set: name at least one setting.');
  return change;
}

function delay(word: string | undefined): TenantChange {
  if (word === undefined) return {};
  const recoveryDelayHours = /^\d{1,2}$/.test(word) ? Number(word) : NaN;
  if (recoveryDelayHours <= MAX_DELAY_HOURS) return { recoveryDelayHours };
  throw new RangeError(`--recovery-delay-hours takes a whole number from 0 to ${MAX_DELAY_HOURS}.`);
}

function bound(word: string | undefined): TenantChange {
  if (word === undefined) return {};
  if (word === 'on' || word === 'off') return { boundTokensOnly: word === 'on' };
  throw new RangeError('--bound-tokens takes on or off.');
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
