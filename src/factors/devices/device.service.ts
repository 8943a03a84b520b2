// Confirms, lists and removes the devices of a user, for the application.
import { Injectable } from '@nestjs/common';
import type { Call } from '../../contract/caller.js';
import type { PageQuery } from '../../contract/paging.js';
import { Clock } from '../../platform/clock/clock.js';
import { Cursors } from '../../platform/crypto/cursors.js';
import { fromTypeId, toTypeId } from '../../platform/crypto/type-id.js';
import { Confirmations } from '../confirmations.js';
import { FactorService } from '../factor.service.js';
import type { ConfirmedDevice, DevicePage } from './device.dto.js';
import { DeviceRepository, type DeviceRow } from './device.repository.js';

@Injectable()
export class DeviceService {
  constructor(
    private readonly confirmations: Confirmations,
    private readonly factors: FactorService,
    private readonly devices: DeviceRepository,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `verification_refused`, the same for every reason. */
  async confirm(call: Call, userId: string, { deviceId, code }: Confirmation): Promise<ConfirmedDevice> {
    const id = fromTypeId('dev', deviceId);
    await this.confirmations.confirm(call, userId, { id, proof: { deviceCode: code } });
    return { deviceId, status: 'active' };
  }

  async list(call: Call, userId: string, { limit, after }: PageQuery): Promise<DevicePage> {
    const { tenantId } = call;
    const scope = { tenantId, list: 'devices', of: userId } as const;
    const position = this.cursors.open(scope, after);
    const rows = await this.devices.page({ tenantId, userId, now: this.clock.now(), after: position, limit });
    return { data: rows.map(shown), nextCursor: this.cursors.after(scope, { rows, limit }, ({ id }) => id) };
  }

  /** @throws Problem as `FactorService.remove`; `not_found` for a factor that is not a device. */
  async remove(call: Call, userId: string, { deviceId, assertion }: Removal): Promise<void> {
    await this.factors.remove(call, userId, { id: fromTypeId('dev', deviceId), type: 'device', assertion });
  }
}

interface Confirmation {
  /** TypeID. */
  readonly deviceId: string;
  readonly code: string;
}

interface Removal {
  /** TypeID. */
  readonly deviceId: string;
  /** The header `Step-Up`. */
  readonly assertion: string | undefined;
}

function shown({ id, name, platform, status, createdAt }: DeviceRow): DevicePage['data'][number] {
  return { id: toTypeId('dev', id), name, platform, status, createdAt: createdAt.toISOString() };
}
