// Judges the answer to a blind look-up. What was guessed counts against the number that was asked for, and locks no user.
import { Injectable } from '@nestjs/common';
import type { Call } from '../../contract/caller.js';
import { Clock } from '../../platform/clock/clock.js';
import { fromTypeId, newUuid } from '../../platform/crypto/type-id.js';
import { Problem } from '../../platform/errors/problem.js';
import { Decoys } from '../../users/decoys.js';
import { budget } from '../budgets/budget.policy.js';
import { Budgets } from '../budgets/budgets.js';
import { PhoneCodes } from '../phone-codes.js';
import type { AnsweredLookup } from './blind-lookup.dto.js';
import { BlindLookupRepository, type LookupKey } from './blind-lookup.repository.js';

@Injectable()
export class AnswerService {
  constructor(
    private readonly lookups: BlindLookupRepository,
    private readonly budgets: Budgets,
    private readonly codes: PhoneCodes,
    private readonly decoys: Decoys,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `verification_refused`, always the same, whatever was wrong. */
  async answer(call: Call, lookupId: string, code: string): Promise<AnsweredLookup> {
    const id = fromTypeId('bll', lookupId);
    if (id === null) throw new Problem('verification_refused');
    const { tenantId, clientId, address, requestId } = call;
    const key = { tenantId, clientId, id };
    // SECURITY(T-38): counted before it is judged, so that no burst of guesses is judged beyond the limit.
    const number = await this.numberOf(key);
    const answers = [budget('blind answers of a number', number), budget('blind answers of a number a month', number)];
    const mayBeJudged = (await this.budgets.spend(tenantId, answers)) === 0;
    const isRight = this.codes.isRight(tenantId, { purpose: 'blind_lookup', lookupId: id }, code);
    const event = { now: this.clock.now(), eventId: newUuid(this.clock), address, requestId };
    const userId = await this.lookups.answer(key, mayBeJudged && isRight, event);
    if (userId === null) throw new Problem('verification_refused');
    return { userId };
  }

  /** Whose answers are counted; nobody's for a look-up that is none of the client's. */
  private async numberOf(key: LookupKey): Promise<string> {
    const index = await this.lookups.numberIndexOf(key);
    return index?.toString('hex') ?? this.decoys.for(key.tenantId, `look-up:${key.id}`).userId;
  }
}
