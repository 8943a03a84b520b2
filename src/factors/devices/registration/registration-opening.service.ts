// Starts the registration of a device: a pending factor, and the ticket with which one app can register its key.
import { Inject, Injectable } from '@nestjs/common';
import type { Call } from '../../../contract/caller.js';
import { hashToken, mintToken } from '../../../platform/crypto/token.js';
import { toTypeId } from '../../../platform/crypto/type-id.js';
import { TenantSettingsService } from '../../../tenants/settings/tenant-settings.service.js';
import { ISSUER } from '../../../signing/issuer.js';
import { Enrolments } from '../../enrolments.js';
import { qrCodeOf } from '../../qr-code.js';
import type { DeviceRegistration, RegisterDevice } from '../device.dto.js';
import { DeviceRepository } from '../device.repository.js';
import { DeviceValues } from '../device-values.js';
import { registrationUri, TICKET_PREFIX } from './registration.policy.js';

@Injectable()
export class RegistrationOpeningService {
  constructor(
    private readonly enrolments: Enrolments,
    private readonly devices: DeviceRepository,
    private readonly values: DeviceValues,
    private readonly tenants: TenantSettingsService,
    @Inject(ISSUER) private readonly issuer: string,
  ) {}

  /** @throws Problem as `Enrolments.open`. */
  async open(
    call: Call,
    userId: string,
    { replaces, assertion }: RegisterDevice & { assertion: string | undefined },
  ): Promise<DeviceRegistration> {
    const ticket = mintToken(TICKET_PREFIX);
    const { id, expiresAt } = await this.enrolments.open(
      call,
      { userId, type: 'device', replaces, assertion },
      async (transaction, factor) => {
        await this.devices.open(transaction, factor, hashToken(ticket));
        return factor;
      },
    );
    const registrationId = toTypeId('dev', id);
    const nonce = this.values.nonce(call.tenantId, id);
    const { name } = await this.tenants.of(call.tenantId);
    const tenant = toTypeId('ten', call.tenantId);
    const uri = registrationUri({ issuer: this.issuer, tenant, registration: registrationId, ticket, nonce, name });
    return {
      registrationId,
      ticket,
      nonce,
      registrationUri: uri,
      qrCode: qrCodeOf(uri),
      expiresAt: expiresAt.toISOString(),
    };
  }
}
