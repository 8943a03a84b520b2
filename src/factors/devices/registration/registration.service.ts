// Registers a device: an app with the ticket registers its key, once, and proves that it holds it. The device is active
// after the application has confirmed the code of that key.
import { Inject, Injectable } from '@nestjs/common';
import type { RefusalReason } from '../../../contract/audit-actions.js';
import { AuditLog } from '../../../audit/audit-log.js';
import type { Origin } from '../../../contract/caller.js';
import { Clock } from '../../../platform/clock/clock.js';
import { sha256Text } from '../../../platform/crypto/digest.js';
import { readHolderKey, type HolderKey } from '../../../platform/crypto/public-jwk.js';
import { hashToken, isWellFormedToken } from '../../../platform/crypto/token.js';
import { newUuid, toTypeId } from '../../../platform/crypto/type-id.js';
import { Database } from '../../../platform/database/database.js';
import { Problem } from '../../../platform/errors/problem.js';
import { missedMinimum, newest } from '../apps/app-version.policy.js';
import { ISSUER } from '../../../signing/issuer.js';
import {
  isRegistration,
  readRegistrationProof,
  type RegistrationProof,
  type Unproven,
} from '../proofs/device-jws.policy.js';
import { DeviceRepository, type Registration, type RegistrationKey } from '../device.repository.js';
import { DeviceValues } from '../device-values.js';
import type { RegisteredDevice, RegistrationBody } from './registration.dto.js';
import { TICKET_PREFIX } from './registration.policy.js';

/** Well formed, but not verified. */
interface Read {
  readonly proof: Unproven<RegistrationProof>;
  readonly key: HolderKey;
  readonly registration: RegistrationKey;
}

@Injectable()
export class RegistrationService {
  constructor(
    private readonly devices: DeviceRepository,
    private readonly values: DeviceValues,
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    @Inject(ISSUER) private readonly issuer: string,
  ) {}

  /**
   * @throws Problem `verification_refused`, the same for every reason; `app_too_old` if ticket and key are right. Both
   * stay valid then.
   */
  async complete(origin: Origin, registrationId: string, body: RegistrationBody): Promise<RegisteredDevice> {
    const read = this.read(registrationId, body);
    const found = read && (await this.devices.registration(read.registration, body.platform));
    if (!read || !found) throw new Problem('verification_refused');
    if (found.isUsed) await this.refuse(origin, read.registration, { ...found, reason: 'ticket_used' });
    if (!this.isProven(read, body.ticket))
      await this.refuse(origin, read.registration, { ...found, reason: 'wrong_signature' });
    this.mustBeNewEnough(body, found);
    const { address, requestId } = origin;
    const device = { publicJwk: read.key.jwk, name: body.name, platform: body.platform };
    const event = { eventId: newUuid(this.clock), address, requestId };
    if (!(await this.devices.complete(read.registration, device, event))) throw new Problem('verification_refused');
    return { deviceId: registrationId, status: 'pending' };
  }

  private mustBeNewEnough({ appVersion }: RegistrationBody, { minimums }: Registration): void {
    const minimum = missedMinimum(appVersion, newest(minimums));
    if (minimum !== null) throw new Problem('app_too_old', { minimumVersion: minimum });
  }

  private read(registrationId: string, { ticket, publicKey, proof: text }: RegistrationBody): Read | null {
    const proof = readRegistrationProof(text);
    const key = readHolderKey(publicKey);
    if (!proof || !key || !isWellFormedToken(TICKET_PREFIX, ticket)) return null;
    // The tenant and ticket find the row. The signature proves that the device meant it.
    const { tenant: tenantId, sub: id } = proof.claims;
    const registration = { tenantId, id, ticketHash: hashToken(ticket), now: this.clock.now() };
    return toTypeId('dev', id) === registrationId ? { proof, key, registration } : null;
  }

  private isProven({ proof, key, registration: { tenantId, id } }: Read, ticket: string): boolean {
    const expected = { aud: this.issuer, nonce: this.values.nonce(tenantId, id), ticket_hash: sha256Text(ticket) };
    return isRegistration(proof, key, expected);
  }

  private async refuse(
    actor: Origin,
    { tenantId, id }: RegistrationKey,
    { userId, reason }: Registration & { readonly reason: RefusalReason },
  ): Promise<never> {
    const entry = { tenantId, action: 'device.registration_refused', reason } as const;
    await this.database.inTransaction((transaction) =>
      this.audit.record(transaction, { ...entry, userId, targetId: id, actor }),
    );
    throw new Problem('verification_refused');
  }
}
