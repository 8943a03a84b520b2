// Canary numbers: an operator holds them, and no honest client queries them. A client that does has a list, or
// enumerates a range.
import { Injectable } from '@nestjs/common';
import { CanaryNumberRepository, type CanaryNumber } from '../abuse/watch/canary-number.repository.js';
import { AuditLog } from '../audit/audit-log.js';
import { Clock } from '../platform/clock/clock.js';
import { fromTypeId } from '../platform/crypto/type-id.js';
import { Database } from '../platform/database/database.js';
import { OperatorError } from '../platform/errors/operator-error.js';
import { readPhoneNumber } from './number.policy.js';
import { Numbers } from './numbers.js';

@Injectable()
export class CanaryNumbers {
  constructor(
    private readonly canaries: CanaryNumberRepository,
    private readonly numbers: Numbers,
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** @throws OperatorError for an unknown tenant or an invalid number. */
  async add(tenant: string, number: string): Promise<void> {
    const canary = this.canaryOf(tenant, number);
    await this.database.inTransaction(async (transaction) => {
      if (!(await this.canaries.add(transaction, canary, this.clock.now())))
        throw new OperatorError(`There is no tenant ${tenant}.`);
      // SECURITY(T-41): without the number, since an attacker may read the log.
      await this.audit.record(transaction, { tenantId: canary.tenantId, action: 'canary.number_added', actor: {} });
    });
  }

  /** @throws OperatorError if it is not a canary. */
  async remove(tenant: string, number: string): Promise<void> {
    const canary = this.canaryOf(tenant, number);
    await this.database.inTransaction(async (transaction) => {
      if (!(await this.canaries.remove(transaction, canary)))
        throw new OperatorError(`That number is not a canary of ${tenant}.`);
      await this.audit.record(transaction, { tenantId: canary.tenantId, action: 'canary.number_removed', actor: {} });
    });
  }

  private canaryOf(tenant: string, text: string): CanaryNumber {
    const tenantId = fromTypeId('ten', tenant);
    if (tenantId === null) throw new OperatorError(`There is no tenant ${tenant}.`);
    const number = readPhoneNumber(text);
    if (number === null) throw new OperatorError('--number takes a phone number in international form: +12015550123.');
    return { tenantId, numberIndex: this.numbers.indexOf(tenantId, number.e164) };
  }
}
