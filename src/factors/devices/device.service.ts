// Devices of a user, as the application has them: confirms, lists and removes.
import { Injectable } from '@nestjs/common';
import type { Call } from '../../contract/caller.js';
import { decodeCursor, encodeCursor, type PageQuery } from '../../contract/paging.js';
import { Clock } from '../../platform/clock/clock.js';
import { fromTypeId, toTypeId } from '../../platform/crypto/type-id.js';
import { Confirmations } from '../confirmations.js';
import { FactorService, PLACE_IN_LIST } from '../factor.service.js';
import type { ConfirmedDevice, DevicePage } from './device.dto.js';
import { DeviceRepository, type DeviceRow } from './device.repository.js';

@Injectable()
export class DeviceService {
  constructor(
    private readonly confirmations: Confirmations,
    private readonly factors: FactorService,
    private readonly devices: DeviceRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `verification_refused`, always the same, whatever was wrong. */
  async confirm(call: Call, userId: string, { deviceId, code }: Confirmation): Promise<ConfirmedDevice> {
    const id = fromTypeId('dev', deviceId);
    await this.confirmations.confirm(call, userId, { id, proof: { deviceCode: code } });
    return { deviceId, status: 'active' };
  }

  async list(call: Call, userId: string, { limit, after }: PageQuery): Promise<DevicePage> {
    const position = after === undefined ? undefined : decodeCursor(after, PLACE_IN_LIST)[1];
    const { tenantId } = call;
    const rows = await this.devices.page({ tenantId, userId, now: this.clock.now(), after: position, limit });
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return { data: rows.map(shown), nextCursor: last ? encodeCursor([last.id]) : null };
  }

  /** @throws Problem as `FactorService.remove`; `not_found` for a factor that is no device. */
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
