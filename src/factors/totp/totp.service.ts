// Enrolment of a TOTP authenticator: started by the client, active once a code proves that the user holds the secret.
import { Injectable } from '@nestjs/common';
import type { Call } from '../../contract/caller.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import { TenantSettingsService } from '../../tenants/settings/tenant-settings.service.js';
import { Enrolments } from '../enrolments.js';
import { qrCodeOf } from '../qr-code.js';
import { TotpSecrets } from './totp-secrets.js';
import type { EnrolTotp, TotpEnrolment } from './totp.dto.js';
import { base32Secret, newTotpSecret, OTPAUTH_NAME, otpauthUri } from './totp.policy.js';

@Injectable()
export class TotpService {
  constructor(
    private readonly enrolments: Enrolments,
    private readonly secrets: TotpSecrets,
    private readonly tenants: TenantSettingsService,
  ) {}

  /** @throws Problem as `Enrolments.open`. */
  async enrol(call: Call, userId: string, wish: EnrolTotp & { assertion: string | undefined }): Promise<TotpEnrolment> {
    const { issuer, accountName = userId, replaces, assertion, ...parameters } = wish;
    const secret = newTotpSecret();
    const { id, expiresAt } = await this.enrolments.open(
      call,
      {
        userId,
        type: 'totp',
        replaces,
        assertion,
        columns: ({ tenantId, id: factorId }) => ({
          totpSecret: Uint8Array.from(this.secrets.seal(secret, { tenantId, factorId })),
          totpAlgorithm: parameters.algorithm,
          totpDigits: parameters.digits,
          totpPeriod: parameters.period,
        }),
      },
      (_transaction, factor) => Promise.resolve(factor),
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
      qrCode: qrCodeOf(uri),
      expiresAt: expiresAt.toISOString(),
    };
  }

  private async issuerOf(tenantId: string): Promise<string> {
    const { name } = await this.tenants.of(tenantId);
    return OTPAUTH_NAME.test(name) ? name : 'Countersign';
  }
}
