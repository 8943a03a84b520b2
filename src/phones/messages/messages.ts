import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { startAfter } from '../../platform/clock/start.js';
import { newUuid } from '../../platform/crypto/type-id.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { QUEUE, type Purpose } from './message.statement.js';

export interface NewMessage {
  readonly tenantId: string;
  readonly purpose: Purpose;
  /** The pending factor, the challenge or the look-up that the code belongs to; a UUID. */
  readonly subjectId: string;
  readonly expiresAt: Date;
}

/** Asks for codes to be sent, as a part of what they are for. */
@Injectable()
export class Messages {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async queue(transaction: Transaction, { tenantId, purpose, subjectId, expiresAt }: NewMessage): Promise<void> {
    const now = this.clock.now();
    const values = {
      ...startAfter(now),
      tenant: tenantId,
      message: newUuid(this.clock),
      purpose,
      id: subjectId,
      now: now.toISOString(),
      end: expiresAt.toISOString(),
    };
    await this.database.runNamed(QUEUE, values, transaction);
  }
}
