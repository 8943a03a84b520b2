// Values that are derived instead of stored: keyed hashes (ADR 0015). The challenge that an authenticator signs commits
// to user, action and nonce. So a row that is changed afterwards, or an answer to another challenge, gives other bytes.
import { Injectable } from '@nestjs/common';
import { BlindIndex } from '../../platform/crypto/blind-index.js';
import type { ChallengeFacts } from '../factor-method.js';
import { decoyLengths } from './webauthn.policy.js';

interface Owner {
  readonly tenantId: string;
  readonly userId: string;
}

@Injectable()
export class DerivedValues {
  constructor(private readonly index: BlindIndex) {}

  /** The challenge of the registration that confirms this pending factor. */
  registrationChallenge({ tenantId, userId }: Owner, factorId: string): string {
    return this.of(tenantId, 'webauthn-registration', [factorId, userId]).toString('base64url');
  }

  // SECURITY(T-27): the signed bytes commit to all that the assertion will state. WebAuthn L3 §13.4.3: they cannot be
  // guessed, since the hash is keyed and the challenge's id is new.
  assertionChallenge({ tenantId, userId }: Owner, { id, action, nonce }: ChallengeFacts): string {
    return this.of(tenantId, 'webauthn-assertion', [id, userId, action, nonce]).toString('base64url');
  }

  /** WebAuthn L3 §14.6.1: a user handle is opaque, so the tenant's user id does not appear in authenticators. */
  userHandle({ tenantId, userId }: Owner): string {
    return this.of(tenantId, 'webauthn-user-handle', [userId]).toString('base64url');
  }

  /**
   * Credential IDs for a user without one: the same every time, on all instances and after restarts.
   * SECURITY(T-04): an empty list would reveal who has a passkey, and random ids would change at the second request.
   */
  decoyCredentialIds({ tenantId, userId }: Owner, factorId: string | null): string[] {
    const part = (name: string) => this.of(tenantId, 'webauthn-decoy', [userId, factorId, name]);
    return decoyLengths(part('lengths'), factorId !== null).map((length, at) =>
      Buffer.concat([part(`${at} a`), part(`${at} b`)])
        .subarray(0, length)
        .toString('base64url'),
    );
  }

  // JSON is unambiguous: different lists give different texts, and null differs from ''.
  private of(tenantId: string, purpose: string, parts: readonly (string | null)[]): Buffer {
    return this.index.of(tenantId, purpose, JSON.stringify(parts));
  }
}
