// Enrolment of a TOTP authenticator: opened by the client, active once a code proves that the user holds the secret.
import { Injectable } from '@nestjs/common';
import QRCode from 'qrcode';
import type { Call } from '../../contract/caller.js';
import { fromTypeId, toTypeId } from '../../platform/crypto/type-id.js';
import { Problem } from '../../platform/errors/problem.js';
import { TenantNames } from '../../tenants/clients/tenant-names.js';
import { attemptStatement } from '../../users/attempt.statement.js';
import { Attempts } from '../../users/attempts.js';
import { Enrolments } from '../enrolments.js';
import { TotpMethod } from './totp-method.js';
import { TotpSecrets } from './totp-secrets.js';
import type { ConfirmedFactor, EnrolTotp, TotpEnrolment } from './totp.dto.js';
import { base32Secret, newTotpSecret, OTPAUTH_NAME, otpauthUri } from './totp.policy.js';
import { TotpRepository } from './totp.repository.js';

// The code of the confirmation is spent by it: its step becomes the last one accepted.
const CONFIRM = attemptStatement({
  name: 'confirm',
  budget: 'one_time_codes',
  effect: 'enrol',
  missed: 'not_pending',
  approved: 'factor.activated',
  refused: 'factor.confirmation_refused',
});

@Injectable()
export class TotpService {
  constructor(
    private readonly enrolments: Enrolments,
    private readonly factors: TotpRepository,
    private readonly secrets: TotpSecrets,
    private readonly method: TotpMethod,
    private readonly attempts: Attempts,
    private readonly tenants: TenantNames,
  ) {}

  /** @throws Problem as `Enrolments.open`. */
  async enrol(call: Call, userId: string, wish: EnrolTotp & { assertion: string | undefined }): Promise<TotpEnrolment> {
    const { issuer, accountName = userId, replaces, assertion, ...parameters } = wish;
    const secret = newTotpSecret();
    const { id, expiresAt } = await this.enrolments.open(
      call,
      { userId, replaces, assertion },
      (transaction, factor) => {
        const sealed = this.secrets.seal(secret, { tenantId: factor.tenantId, factorId: factor.id });
        return this.factors.add(transaction, { ...factor, ...parameters, sealed });
      },
    );
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
    const { subject, step } = await this.method.matchPending({ tenantId: call.tenantId, userId, id, code });
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
