// Enrolment of a passkey or security key: started by the client, made by the browser, active once that registration is
// confirmed. The challenge is derived from the factor's id and not stored.
import { Injectable } from '@nestjs/common';
import type { Call } from '../../contract/caller.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import { Enrolments } from '../enrolments.js';
import { DerivedValues } from './derived-values.js';
import { RelyingParties } from './relying-parties.js';
import type { EnrolWebAuthn, WebAuthnEnrolment } from './webauthn.dto.js';
import { creationOptions } from './webauthn.policy.js';
import { WebAuthnRepository } from './webauthn.repository.js';

@Injectable()
export class WebAuthnService {
  constructor(
    private readonly parties: RelyingParties,
    private readonly enrolments: Enrolments,
    private readonly credentials: WebAuthnRepository,
    private readonly derived: DerivedValues,
  ) {}

  /** @throws Problem `webauthn_not_configured`, and as `Enrolments.open`. */
  async enrol(
    call: Call,
    userId: string,
    { displayName = userId, replaces, assertion }: EnrolWebAuthn & { assertion: string | undefined },
  ): Promise<WebAuthnEnrolment> {
    const party = await this.parties.of(call.tenantId);
    const { id, expiresAt } = await this.enrolments.open(
      call,
      { userId, type: 'webauthn', replaces, assertion },
      (_transaction, factor) => Promise.resolve(factor),
    );
    const owner = { tenantId: call.tenantId, userId };
    const rows = await this.credentials.active(owner);
    return {
      id: toTypeId('fac', id),
      type: 'webauthn',
      status: 'pending',
      publicKey: creationOptions({
        party,
        user: { id: this.derived.userHandle(owner), name: displayName, displayName },
        challenge: this.derived.registrationChallenge(owner, id),
        exclude: rows.map(({ credential_id, transports }) => ({ id: credential_id.toString('base64url'), transports })),
      }),
      expiresAt: expiresAt.toISOString(),
    };
  }
}
