// Refuses a decision of a device: writes the event with the reason, and leaves the challenge unchanged.
import { Injectable } from '@nestjs/common';
import type { RefusalReason } from '../../contract/audit-actions.js';
import { AuditLog } from '../../audit/audit-log.js';
import type { DeviceCall } from '../../contract/caller.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/errors/problem.js';
import type { WaitingChallenge } from './device-challenge.repository.js';

@Injectable()
export class DecisionRefusals {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditLog,
  ) {}

  /** @throws Problem `verification_refused`, or `device_cooling_off` for that reason. */
  async refuse(
    { tenantId, userId, factorId, address, requestId }: DeviceCall,
    challenge: WaitingChallenge | null,
    reason: Extract<RefusalReason, 'wrong_signature' | 'device_cooling_off' | 'challenge_over'>,
  ): Promise<never> {
    const entry = { tenantId, action: 'challenge.decision_refused', reason, userId } as const;
    const target = challenge === null ? {} : { targetId: challenge.id };
    const details = { deviceId: toTypeId('dev', factorId) };
    await this.database.inTransaction((transaction) =>
      this.audit.record(transaction, { ...entry, ...target, details, actor: { address, requestId } }),
    );
    throw new Problem(reason === 'device_cooling_off' ? reason : 'verification_refused');
  }
}
