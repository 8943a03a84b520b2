// Enrolment of a TOTP authenticator: opened by the client, active once a code proves that the user holds the secret.
import { Injectable } from '@nestjs/common';
import QRCode from 'qrcode';
import type { Call } from '../../contract/caller.js';
import { Clock, dateAt } from '../../platform/clock/clock.js';
import { fromTypeId, newUuid, toTypeId } from '../../platform/crypto/type-id.js';
import { Problem } from '../../platform/errors/problem.js';
import { TenantNames } from '../../tenants/clients/tenant-names.js';
import { attemptStatement } from '../../users/attempt.statement.js';
import { Attempts } from '../../users/attempts.js';
import { Decoys } from '../../users/decoys.js';
import { TotpSecrets } from './totp-secrets.js';
import type { ConfirmedFactor, EnrolTotp, TotpEnrolment } from './totp.dto.js';
import { base32Secret, newTotpSecret, OTPAUTH_NAME, otpauthUri } from './totp.policy.js';
import { TotpRepository } from './totp.repository.js';

/** Milliseconds until a pending factor ends (DESIGN §1). */
const PENDING_MS = 10 * 60_000;

// The code of the confirmation is spent by it: its step becomes the last one accepted.
const CONFIRM = attemptStatement({
  name: 'confirm',
  effect: 'enrol',
  missed: 'not_pending',
  approved: 'factor.activated',
  refused: 'factor.confirmation_refused',
});

@Injectable()
export class TotpService {
  constructor(
    private readonly factors: TotpRepository,
    private readonly secrets: TotpSecrets,
    private readonly attempts: Attempts,
    private readonly decoys: Decoys,
    private readonly tenants: TenantNames,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `step_up_required` for a user who was ever enrolled. */
  async enrol(call: Call, userId: string, wish: EnrolTotp): Promise<TotpEnrolment> {
    const { issuer, accountName = userId, ...parameters } = wish;
    const id = newUuid(this.clock);
    const secret = newTotpSecret();
    const createdAt = this.clock.now();
    const expiresAt = dateAt(createdAt.getTime() + PENDING_MS);
    const sealed = this.secrets.seal(secret, { tenantId: call.tenantId, factorId: id });
    const factor = { tenantId: call.tenantId, userId, id, createdAt, expiresAt, sealed, ...parameters };
    const isOpen = await this.factors.open(factor, { ...call, eventId: newUuid(this.clock) });
    if (!isOpen) throw new Problem('step_up_required');
    const uri = otpauthUri({
      issuer: issuer ?? (await this.issuerOf(call.tenantId)),
      accountName,
      secret,
      ...parameters,
    });
    return {
      id: toTypeId('fac', id),
      type: 'totp',
      status: 'pending',
      secret: base32Secret(secret),
      otpauthUri: uri,
      qrCode: await qrCodeOf(uri),
      expiresAt: expiresAt.toISOString(),
    };
  }

  /** @throws Problem `verification_refused`, always the same, whatever was wrong. */
  async confirm(
    call: Call,
    userId: string,
    { factorId, code }: { factorId: string; code: string },
  ): Promise<ConfirmedFactor> {
    const id = fromTypeId('fac', factorId);
    if (id === null) throw new Problem('verification_refused');
    const rows = await this.factors.pending(
      { tenantId: call.tenantId, userId, id, now: this.clock.now() },
      this.decoys.for(call.tenantId, userId),
    );
    const { subject, step } = this.secrets.match(rows, code);
    const reason = await this.attempts.judge(CONFIRM, { call, userId, subject, step });
    if (reason !== null) throw new Problem('verification_refused');
    return { id: factorId, type: 'totp', status: 'active' };
  }

  private async issuerOf(tenantId: string): Promise<string> {
    const name = await this.tenants.of(tenantId);
    return OTPAUTH_NAME.test(name) ? name : 'Countersign';
  }
}

async function qrCodeOf(uri: string): Promise<string> {
  const svg = await QRCode.toString(uri, { type: 'svg', errorCorrectionLevel: 'M' });
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}
