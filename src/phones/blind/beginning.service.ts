// Begins the look-up that tells nothing to whoever asks, and who it is to whoever holds the phone. It is one and the same for every
// number: whether anybody has it is found out afterwards, by the worker that sends codes.
import { Injectable } from '@nestjs/common';
import type { Call } from '../../contract/caller.js';
import { Clock, dateAt } from '../../platform/clock/clock.js';
import { newUuid, toTypeId } from '../../platform/crypto/type-id.js';
import { budget } from '../budgets/budget.policy.js';
import { Budgets } from '../budgets/budgets.js';
import type { PhoneNumber } from '../number.policy.js';
import { Numbers } from '../numbers.js';
import { PhoneSettingsService } from '../settings/phone-settings.service.js';
import type { BegunLookup } from './blind-lookup.dto.js';
import { BLIND_LOOKUP_MS } from './blind-lookup.policy.js';
import { BlindLookupRepository } from './blind-lookup.repository.js';

@Injectable()
export class BeginningService {
  constructor(
    private readonly lookups: BlindLookupRepository,
    private readonly numbers: Numbers,
    private readonly budgets: Budgets,
    private readonly settings: PhoneSettingsService,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `phones_off`, `too_many_requests`. */
  async begin({ tenantId, clientId, address, requestId }: Call, { e164 }: PhoneNumber): Promise<BegunLookup> {
    await this.settings.mustBeOn(tenantId);
    const indices = this.numbers.indicesOf(tenantId, e164);
    const number = indices.index.toString('hex');
    await this.budgets.charge(tenantId, [
      budget('blind look-ups of a client', clientId),
      budget('blind look-ups of a number', number),
      budget('blind look-ups of a number a day', number),
    ]);
    const now = this.clock.now();
    const id = newUuid(this.clock);
    const expiresAt = dateAt(now.getTime() + BLIND_LOOKUP_MS);
    const lookup = { tenantId, clientId, id, number: indices, messageId: newUuid(this.clock), expiresAt };
    await this.lookups.begin(lookup, { now, eventId: newUuid(this.clock), address, requestId });
    return { id: toTypeId('bll', id), expiresAt: expiresAt.toISOString() };
  }
}
