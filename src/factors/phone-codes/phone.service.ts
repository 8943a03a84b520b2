// Confirms and removes the phones of a user, and resends a code.
import { Injectable } from '@nestjs/common';
import type { Call } from '../../contract/caller.js';
import { Clock } from '../../platform/clock/clock.js';
import { fromTypeId } from '../../platform/crypto/type-id.js';
import { Problem } from '../../platform/errors/problem.js';
import { hintOf } from '../../phones/number.policy.js';
import { Numbers } from '../../phones/numbers.js';
import { PhoneRepository, type PhoneRow } from '../../phones/phone.repository.js';
import { Resending } from '../../phones/messages/resending.js';
import { Confirmations } from '../confirmations.js';
import { FactorService } from '../factor.service.js';
import type { ConfirmedPhone, ResentPhone } from './phone.dto.js';

@Injectable()
export class PhoneService {
  constructor(
    private readonly confirmations: Confirmations,
    private readonly factors: FactorService,
    private readonly phones: PhoneRepository,
    private readonly numbers: Numbers,
    private readonly resending: Resending,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem `verification_refused`, the same for every reason. */
  async confirm(call: Call, userId: string, { phoneId, code }: Confirmation): Promise<ConfirmedPhone> {
    const id = fromTypeId('phn', phoneId);
    await this.confirmations.confirm(call, userId, { id, proof: { sentCode: code } });
    const phone = await this.phones.active(call.tenantId, userId, id);
    // Removed at the same time. The code is used up anyway.
    if (phone === null) throw new Problem('verification_refused');
    return { id: phoneId, status: 'active', hint: this.hint(call.tenantId, phone) };
  }

  /** @throws Problem `not_found` for a phone that is not pending; `too_many_requests`. */
  async resend({ tenantId, clientId }: Call, userId: string, phoneId: string): Promise<ResentPhone> {
    const id = fromTypeId('phn', phoneId);
    const pending =
      id === null ? null : await this.phones.pending({ tenantId, userId, factorId: id }, this.clock.now());
    if (id === null || pending === null) throw new Problem('not_found');
    const { createdAt, expiresAt } = pending;
    const asked = { tenantId, clientId, userId, subjectId: id, createdAt, expiresAt };
    await this.resending.send({ ...asked, purpose: 'enrolment' });
    return { id: phoneId, status: 'pending', expiresAt: expiresAt.toISOString() };
  }

  /** @throws Problem as `FactorService.remove`; `not_found` for a factor that is not a phone. */
  async remove(call: Call, userId: string, { phoneId, assertion }: Removal): Promise<void> {
    await this.factors.remove(call, userId, { id: fromTypeId('phn', phoneId), type: 'phone', assertion });
  }

  private hint(tenantId: string, { factorId, numberSealed }: PhoneRow): string {
    return hintOf(this.numbers.open(numberSealed, { tenantId, factorId }) ?? '');
  }
}

interface Confirmation {
  /** TypeID. */
  readonly phoneId: string;
  readonly code: string;
}

interface Removal {
  /** TypeID. */
  readonly phoneId: string;
  /** The header `Step-Up`. */
  readonly assertion: string | undefined;
}
