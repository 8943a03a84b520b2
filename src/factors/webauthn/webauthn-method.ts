// Passkeys and security keys as a factor method (SP 800-63B-4 §3.1.6 and §3.1.7). One query and one signature
// verification for every user; the signature counter is the step to claim.
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { NO_STEP } from '../../users/attempts/attempt.statement.js';
import type { Subject } from '../../users/attempts/attempts.js';
import { Decoys } from '../../users/decoys.js';
import type {
  Asked,
  ChallengeFacts,
  Confirmable,
  FactorMethod,
  Match,
  PresentedProof,
  PresentedPendingProof,
  Proof,
  StartsChallenge,
} from '../factor-method.js';
import { verifyAssertion, verifyRegistration, DUMMY_KEY, type Registered, type Signed } from './ceremonies.js';
import { isAssertion, type AssertionCredential, type RegistrationCredential } from './credential.dto.js';
import { DerivedValues } from './derived-values.js';
import type { RequestOptions } from './options.dto.js';
import { RelyingParties } from './relying-parties.js';
import {
  CONFIRM_CREDENTIAL,
  refreshedValues,
  registeredValues,
  VERIFY_SIGNATURE,
} from './webauthn-attempts.statement.js';
import { requestOptions } from './webauthn.policy.js';
import { WebAuthnRepository, type CredentialRow } from './webauthn.repository.js';

@Injectable()
export class WebAuthnMethod implements FactorMethod, Confirmable, StartsChallenge {
  readonly type = 'webauthn';
  // RFC 8176 §2: proves possession of a key, by a present user whom the authenticator has verified: two factors. Not
  // `hwk`: without attestation it is unknown where the key is stored.
  readonly amr = ['pop', 'user', 'mfa'];
  readonly acr = 'urn:countersign:acr:phishing-resistant';
  readonly allowsStepUp = true;
  readonly standsAlone = true;
  readonly attempt = VERIFY_SIGNATURE;
  readonly confirmation = CONFIRM_CREDENTIAL;

  constructor(
    private readonly parties: RelyingParties,
    private readonly credentials: WebAuthnRepository,
    private readonly derived: DerivedValues,
    private readonly decoys: Decoys,
    private readonly clock: Clock,
  ) {}

  recognizes(proof: Proof): boolean {
    return isCredential(proof);
  }

  /** @throws Problem `webauthn_not_configured`. */
  async begin(asked: Asked & { readonly challenge: ChallengeFacts }): Promise<{ publicKey: RequestOptions }> {
    const party = await this.parties.of(asked.tenantId);
    const rows = await this.credentials.active(asked);
    // Always both. Transports are left out: a decoy's would be a guess at the user's hardware.
    const decoys = this.derived.decoyCredentialIds(asked, asked.factorId ?? null);
    const allow = rows.length > 0 ? rows.map(idOf) : decoys;
    const challenge = this.derived.assertionChallenge(asked, asked.challenge);
    return { publicKey: requestOptions({ party, challenge, allow }) };
  }

  async match(presented: PresentedProof): Promise<Match> {
    const { proof, challenge, ...asked } = presented;
    if (!isCredential(proof) || !isAssertion(proof) || challenge === undefined)
      throw new Error('BUG: the schema accepts a proof that is not a signature over a challenge');
    const rows = await this.credentials.active(asked);
    const named = rows.find((row) => idOf(row) === proof.id);
    const signed = await this.signed(proof, { asked, challenge, named });
    const own = named ?? rows[0];
    const subject = own ? { ...ownerOf(asked), factorId: own.factor_id, isDecoy: false } : this.decoyOf(asked);
    return { subject, step: signed?.counter ?? NO_STEP, values: refreshedValues(signed) };
  }

  async matchPending({ proof, id, ...owner }: PresentedPendingProof): Promise<Match> {
    if (!isCredential(proof) || isAssertion(proof))
      throw new Error('BUG: the schema accepts a proof that is not a registration');
    const made = await this.made(proof, owner, id);
    const credentialId = made?.credentialId ?? Buffer.from(proof.id, 'base64url');
    const key = { ...ownerOf(owner), id, now: this.clock.now(), credentialId };
    if (!(await this.credentials.mayConfirm(key))) return matchOf(this.decoyOf(owner), null, null);
    const subject = { ...ownerOf(owner), factorId: id, isDecoy: false };
    return matchOf(subject, made, made && this.credentials.macOf(owner.tenantId, id, made));
  }

  private async made(proof: RegistrationCredential, owner: Asked, factorId: string): Promise<Registered | null> {
    const party = await this.parties.find(owner.tenantId);
    if (party === null) return null;
    return verifyRegistration(proof, { party, challenge: this.derived.registrationChallenge(owner, factorId) });
  }

  /** Null unless the credential belongs to the user and signed this challenge. */
  private async signed(
    proof: AssertionCredential,
    facts: { asked: Asked; challenge: ChallengeFacts; named: CredentialRow | undefined },
  ): Promise<Signed | null> {
    const { asked, challenge, named } = facts;
    const party = await this.parties.find(asked.tenantId);
    if (party === null) return null;
    const ceremony = { party, challenge: this.derived.assertionChallenge(asked, challenge) };
    // SECURITY(T-04): an unknown credential costs a signature verification too, with a dummy key.
    const key = named ? { publicKey: named.public_key, isBackupEligible: named.backup_eligible } : DUMMY_KEY;
    const signed = await verifyAssertion(proof, ceremony, key);
    // WebAuthn L3 §7.2: a user handle, if present, names the same user.
    const handle = this.derived.userHandle(asked);
    return named && (proof.response.userHandle ?? handle) === handle ? signed : null;
  }

  private decoyOf({ tenantId, userId }: Asked): Subject {
    return { ...this.decoys.for(tenantId, userId), isDecoy: true };
  }
}

function matchOf(subject: Subject, made: Registered | null, mac: Uint8Array<ArrayBuffer> | null): Match {
  return { subject, step: made?.counter ?? NO_STEP, values: registeredValues(made, mac) };
}

function isCredential(proof: Proof): proof is AssertionCredential | RegistrationCredential {
  return typeof proof !== 'string' && 'response' in proof;
}

function idOf({ credential_id: id }: CredentialRow): string {
  return id.toString('base64url');
}

function ownerOf({ tenantId, userId }: Asked) {
  return { tenantId, userId };
}
