// Requests codes, within the transaction of their enrolment or challenge. A code is charged here, at the request,
// before anything is known of user or number (ADR 0022). A code beyond its budgets gets a row like any other; the
// worker withholds it.
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { startAfter } from '../../platform/clock/start.js';
import { newUuid } from '../../platform/crypto/type-id.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { codeBudgets, tenantBudgets, type CodeRequest } from '../budgets/budget.policy.js';
import { Budgets } from '../budgets/budgets.repository.js';
import { LimitAlerts } from '../budgets/limit-alerts.js';
import { Numbers } from '../numbers.js';
import { PhoneSettingsService } from '../settings/phone-settings.service.js';
import { QUEUE } from './message.statement.js';

export interface NewMessage {
  readonly tenantId: string;
  /** The client that requests it. */
  readonly clientId: string;
  readonly purpose: 'enrolment' | 'challenge';
  readonly userId: string;
  /** The pending factor or challenge of the code; a UUID. */
  readonly subjectId: string;
  readonly expiresAt: Date;
  /** The end user's address, if the request names it. */
  readonly endUserAddress?: string | undefined;
  /** E.164, of a new enrolment. */
  readonly enrols?: string;
}

@Injectable()
export class Messages {
  constructor(
    private readonly database: Database,
    private readonly budgets: Budgets,
    private readonly numbers: Numbers,
    private readonly settings: PhoneSettingsService,
    private readonly limitAlerts: LimitAlerts,
    private readonly clock: Clock,
  ) {}

  /** The last step of its transaction that takes a lock. */
  async queue(transaction: Transaction, message: NewMessage): Promise<void> {
    const { tenantId, purpose, subjectId, expiresAt } = message;
    const now = this.clock.now();
    const values = {
      ...startAfter(now),
      tenant: tenantId,
      message: newUuid(this.clock),
      purpose,
      id: subjectId,
      now: now.toISOString(),
      end: expiresAt.toISOString(),
      admitted: await this.isAdmitted(transaction, message),
    };
    await this.database.runNamed(QUEUE, values, transaction);
  }

  // SECURITY(T-44): the same charges for every user and number. A client at its own limit for a user costs the tenant
  // nothing. SECURITY(T-51): the charge does not depend on other clients' requests for that user. Otherwise the rest of
  // the tenant's cap would reveal them.
  private async isAdmitted(transaction: Transaction, message: NewMessage): Promise<boolean> {
    const { tenantId } = message;
    const { own, all } = codeBudgets(this.requestOf(message));
    if (!(await this.budgets.spendWithin(transaction, tenantId, own))) return false;
    // Before the tenant's row, which is the most contended one and stays locked until the end.
    const hasRoom = await this.budgets.spendWithin(transaction, tenantId, all);
    return (await this.isWithinCap(transaction, tenantId)) && hasRoom;
  }

  private async isWithinCap(transaction: Transaction, tenantId: string): Promise<boolean> {
    const { dailyCap } = await this.settings.of(tenantId, transaction);
    if (await this.budgets.spendWithin(transaction, tenantId, tenantBudgets(dailyCap))) return true;
    await this.limitAlerts.raiseWithin(transaction, tenantId, 'codes');
    return false;
  }

  private requestOf({ tenantId, clientId, purpose, userId, endUserAddress: ip, enrols }: NewMessage): CodeRequest {
    const address = ip === undefined ? undefined : this.numbers.addressIndexOf(tenantId, ip).toString('hex');
    return {
      clientId,
      purpose,
      userId,
      address,
      enrols: enrols === undefined ? undefined : this.enrolled(tenantId, enrols),
    };
  }

  private enrolled(tenantId: string, e164: string): { number: string; block: string } {
    const number = this.numbers.indexOf(tenantId, e164).toString('hex');
    return { number, block: this.numbers.prefixIndexOf(tenantId, e164).toString('hex') };
  }
}
