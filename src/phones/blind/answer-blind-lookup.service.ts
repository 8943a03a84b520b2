// Verifies answers to blind look-ups. Guesses are limited by the answers of a look-up and the look-ups of a number. No
// user is locked, and a right answer costs nothing.
import { Injectable } from '@nestjs/common';
import type { Call } from '../../contract/caller.js';
import { Clock } from '../../platform/clock/clock.js';
import { fromTypeId, newUuid } from '../../platform/crypto/type-id.js';
import { Problem } from '../../platform/errors/problem.js';
import { PhoneCodes } from '../phone-codes.js';
import type { AnsweredLookup } from './blind-lookup.dto.js';
import { BlindLookupRepository } from './blind-lookup.repository.js';

@Injectable()
export class AnswerBlindLookupService {
  constructor(
    private readonly lookups: BlindLookupRepository,
    private readonly codes: PhoneCodes,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `verification_refused`, the same for every reason. */
  async answer(call: Call, lookupId: string, code: string): Promise<AnsweredLookup> {
    const id = fromTypeId('bll', lookupId);
    if (id === null) throw new Problem('verification_refused');
    const { tenantId, clientId, address, requestId } = call;
    const isRight = this.codes.isRight(tenantId, { purpose: 'blind_lookup', lookupId: id }, code);
    const event = { now: this.clock.now(), eventId: newUuid(this.clock), address, endUserAddress: null, requestId };
    const userId = await this.lookups.answer({ tenantId, clientId, id }, isRight, event);
    if (userId === null) throw new Problem('verification_refused');
    return { userId };
  }
}
