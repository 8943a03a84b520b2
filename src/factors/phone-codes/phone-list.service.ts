// Lists the phones of a user. Of a number only the hint is shown.
import { Injectable } from '@nestjs/common';
import type { Call } from '../../contract/caller.js';
import type { PageQuery } from '../../contract/paging.js';
import { Clock } from '../../platform/clock/clock.js';
import { Cursors } from '../../platform/crypto/cursors.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import { hintOf } from '../../phones/number.policy.js';
import { Numbers } from '../../phones/numbers.js';
import { PhoneRepository, type ListedPhone } from '../../phones/phone.repository.js';
import type { PhonePage } from './phone.dto.js';

@Injectable()
export class PhoneListService {
  constructor(
    private readonly phones: PhoneRepository,
    private readonly numbers: Numbers,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
  ) {}

  async list({ tenantId }: Call, userId: string, { limit, after }: PageQuery): Promise<PhonePage> {
    const scope = { tenantId, list: 'phones', of: userId } as const;
    const position = this.cursors.open(scope, after);
    const rows = await this.phones.page({ tenantId, userId, now: this.clock.now(), after: position, limit });
    return {
      data: rows.map((row) => this.shown(tenantId, row)),
      nextCursor: this.cursors.after(scope, { rows, limit }, ({ factorId }) => factorId),
    };
  }

  private shown(tenantId: string, row: ListedPhone): PhonePage['data'][number] {
    const { factorId, channel, numberSealed, status, createdAt } = row;
    const hint = hintOf(this.numbers.open(numberSealed, { tenantId, factorId }) ?? '');
    return { id: toTypeId('phn', factorId), channel, hint, status, createdAt: createdAt.toISOString() };
  }
}
