// What an administrator can do for a user.
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log.js';
import type { Call } from '../contract/caller.js';
import { Database } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import { UserRepository } from './user.repository.js';

@Injectable()
export class UserService {
  constructor(
    private readonly users: UserRepository,
    private readonly database: Database,
    private readonly audit: AuditLog,
  ) {}

  /** @throws Problem `not_found` for an unknown user. */
  unlock(call: Call, userId: string): Promise<void> {
    return this.database.inTransaction(async (transaction) => {
      if (!(await this.users.unlock(transaction, call.tenantId, userId))) throw new Problem('not_found');
      await this.audit.record(transaction, { tenantId: call.tenantId, action: 'user.unlocked', userId, actor: call });
    });
  }
}
