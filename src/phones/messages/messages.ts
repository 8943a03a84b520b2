// Asks for codes to be sent, as a part of what they are for. What a code costs is charged here, at the request and before anything is
// known of the user or the number (ADR 0022). A code without room in its budgets gets a row like any other; the worker withholds it.
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
  /** The one that asks. */
  readonly clientId: string;
  readonly purpose: 'enrolment' | 'challenge';
  readonly userId: string;
  /** The pending factor or the challenge that the code belongs to; a UUID. */
  readonly subjectId: string;
  readonly expiresAt: Date;
  /** The end user's, where the request names it. */
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

  /** The last thing that its transaction locks anything for. */
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

  // SECURITY(T-44): the same is spent for every user and number. A client that has asked for a user often enough costs the tenant nothing.
  // SECURITY(T-51): it costs the same however often other clients asked for that user, or what is left of the tenant's cap would tell.
  private async isAdmitted(transaction: Transaction, message: NewMessage): Promise<boolean> {
    const { tenantId } = message;
    const { own, all } = codeBudgets(this.requestOf(message));
    if (!(await this.budgets.spendWithin(transaction, tenantId, own))) return false;
    // Before the tenant's own: that row is the busiest, and is held from here to the end.
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
