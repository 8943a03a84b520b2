// Caches tokens with a valid signature, by hash, so that the expensive check (0.2 ms) is done once a token. What can
// change is checked at each use: expiry, whether the key is still published, suspension, and the proof of a bound
// token.
import { Injectable } from '@nestjs/common';
import { hashToken } from '../../platform/crypto/token.js';
import type { ValidToken } from '../../oauth/access-token.policy.js';
import { readHeader } from '../../signing/jws-header.policy.js';
import { SigningKeys } from '../../signing/signing-keys.js';

// Tokens live five minutes; about 6 MB.
const MAX_TOKENS = 10_000;

@Injectable()
export class VerifiedTokens {
  private readonly tokens = new Map<string, { readonly validToken: ValidToken; readonly kid: string }>();

  constructor(private readonly keys: SigningKeys) {}

  /** SECURITY(T-49): a new epoch withdraws every key. A cached token must not outlive its key. */
  recall(token: string): ValidToken | undefined {
    const known = this.tokens.get(keyOf(token));
    return known && this.keys.publicKey(known.kid) ? known.validToken : undefined;
  }

  remember(token: string, validToken: ValidToken): void {
    this.tokens.set(keyOf(token), { validToken, kid: readHeader(token)?.kid ?? '' });
    const [oldest] = this.tokens.size > MAX_TOKENS ? this.tokens.keys() : [];
    if (oldest !== undefined) this.tokens.delete(oldest);
  }
}

function keyOf(token: string): string {
  return hashToken(token).toString('latin1');
}
