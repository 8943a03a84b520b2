// Values that would otherwise have to be stored: each is a keyed hash of what it stands for (ADR 0015). An authenticator signs
// a challenge that commits to user, action and nonce, so it signs the action itself: a row changed afterwards, or an answer to
// another question, gives other bytes.
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

  /** The challenge of the registration that is to make this pending factor active. */
  registrationChallenge({ tenantId, userId }: Owner, factorId: string): string {
    return this.of(tenantId, 'webauthn-registration', [factorId, userId]).toString('base64url');
  }

  // SECURITY(T-27): all that the assertion will say stands in what is signed. WebAuthn L3 §13.4.3: nobody can guess it, for the
  // hash is keyed and the challenge's id is new.
  assertionChallenge({ tenantId, userId }: Owner, { id, action, nonce }: ChallengeFacts): string {
    return this.of(tenantId, 'webauthn-assertion', [id, userId, action, nonce]).toString('base64url');
  }

  /** WebAuthn L3 §14.6.1: a user handle is opaque; the tenant's own name of the user stays out of authenticators' lists. */
  userHandle({ tenantId, userId }: Owner): string {
    return this.of(tenantId, 'webauthn-user-handle', [userId]).toString('base64url');
  }

  /**
   * Credential IDs for a user who has none: always the same ones, over restarts and instances.
   * SECURITY(T-04): without them an empty list would say who has a passkey, and random ones would change on the second look.
   */
  decoyCredentialIds({ tenantId, userId }: Owner, factorId: string | null): string[] {
    const part = (name: string) => this.of(tenantId, 'webauthn-decoy', [userId, factorId, name]);
    return decoyLengths(part('lengths'), factorId !== null).map((length, at) =>
      Buffer.concat([part(`${at} a`), part(`${at} b`)])
        .subarray(0, length)
        .toString('base64url'),
    );
  }

  // As JSON, no two lists are the same text, and null is not ''.
  private of(tenantId: string, purpose: string, parts: readonly (string | null)[]): Buffer {
    return this.index.of(tenantId, purpose, JSON.stringify(parts));
  }
}
