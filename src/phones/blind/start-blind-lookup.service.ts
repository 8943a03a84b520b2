// Starts a blind look-up, in the same way for every number. The worker that sends codes finds out later whether a user
// has it.
import { Injectable } from '@nestjs/common';
import type { Call } from '../../contract/caller.js';
import { Clock, dateAt } from '../../platform/clock/clock.js';
import { newUuid, toTypeId } from '../../platform/crypto/type-id.js';
import { Numbers } from '../numbers.js';
import { PhoneSettingsService } from '../settings/phone-settings.service.js';
import { BlindLookupCharge } from './blind-lookup-charge.js';
import type { BeginLookup, BegunLookup } from './blind-lookup.dto.js';
import { BLIND_LOOKUP_MS } from './blind-lookup.policy.js';
import { BlindLookupRepository } from './blind-lookup.repository.js';

@Injectable()
export class StartBlindLookupService {
  constructor(
    private readonly lookups: BlindLookupRepository,
    private readonly costs: BlindLookupCharge,
    private readonly numbers: Numbers,
    private readonly settings: PhoneSettingsService,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `phones_off`, `too_many_requests`. */
  async start(call: Call, { phoneNumber: { e164 }, endUser }: BeginLookup): Promise<BegunLookup> {
    const { tenantId, clientId, address, requestId } = call;
    const { blindCap } = await this.settings.mustBeOn(tenantId);
    const ip = endUser?.ip;
    const addressIndex = ip === undefined ? null : this.numbers.addressIndexOf(tenantId, ip);
    const isWithheld = await this.costs.charge({ tenantId, clientId, e164, addressIndex, blindCap });
    const now = this.clock.now();
    const id = newUuid(this.clock);
    const expiresAt = dateAt(now.getTime() + BLIND_LOOKUP_MS);
    const number = this.numbers.indicesOf(tenantId, e164);
    const key = { tenantId, clientId, id };
    const lookup = { ...key, number, addressIndex, isWithheld, messageId: newUuid(this.clock), expiresAt };
    const event = { now, eventId: newUuid(this.clock), address, endUserAddress: ip ?? null, requestId };
    await this.lookups.begin(lookup, event);
    return { id: toTypeId('bll', id), expiresAt: expiresAt.toISOString() };
  }
}
