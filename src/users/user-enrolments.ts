// Whether a user was ever enrolled. If not, fewer proofs are needed, so this fact is under a MAC too.
import { Injectable } from '@nestjs/common';
import { RowAlarm } from '../abuse/alerts/row-alarm.js';
import { RowBinder } from '../platform/keys/row-binder.js';

interface Owner {
  readonly tenantId: string;
  readonly userId: string;
}

export interface EnrolledRow {
  readonly enrolledAt: Date | null;
  readonly enrolledMac: Uint8Array | null;
}

@Injectable()
export class UserEnrolments {
  constructor(
    private readonly binder: RowBinder,
    private readonly alarm: RowAlarm,
  ) {}

  macOf(owner: Owner, enrolledAt: Date | null): Uint8Array<ArrayBuffer> {
    return this.binder.bind('enrolled', factsOf(owner, enrolledAt));
  }

  /**
   * SECURITY(T-47): a row that the service did not write counts as that of an enrolled user: factor changes need a
   * proof.
   */
  isEnrolled(owner: Owner, { enrolledAt, enrolledMac }: EnrolledRow): boolean {
    if (this.binder.isBound('enrolled', factsOf(owner, enrolledAt), enrolledMac)) return enrolledAt !== null;
    this.alarm.raise({ ...owner, table: 'users' });
    return true;
  }
}

function factsOf({ tenantId, userId }: Owner, enrolledAt: Date | null) {
  return { tenant_id: tenantId, user_id: userId, enrolled_at: enrolledAt };
}
