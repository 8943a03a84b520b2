// The approval of a device as stored in the row of its challenge. Each read makes an assertion from it.
import { Injectable } from '@nestjs/common';
import { RowAlarm } from '../../abuse/alerts/row-alarm.js';
import { RowBinder } from '../../platform/keys/row-binder.js';

export interface Decision {
  readonly tenantId: string;
  readonly id: string;
  readonly clientId: string;
  readonly userId: string;
  readonly action: string | null;
  readonly nonce: string | null;
  readonly decidedBy: string;
  readonly decidedAt: Date;
}

@Injectable()
export class BoundDecisions {
  constructor(
    private readonly binder: RowBinder,
    private readonly alarm: RowAlarm,
  ) {}

  macOf(decision: Decision): Uint8Array<ArrayBuffer> {
    return this.binder.bind('decisions', factsOf(decision));
  }

  /** SECURITY(T-47): an approval that the service did not write gives no assertion. */
  isBound(decision: Decision, mac: Uint8Array | null): boolean {
    if (this.binder.isBound('decisions', factsOf(decision), mac)) return true;
    const { tenantId, userId, id: rowId } = decision;
    this.alarm.raise({ tenantId, userId, rowId, table: 'challenges' });
    return false;
  }
}

function factsOf({ tenantId, id, clientId, userId, action, nonce, decidedBy, decidedAt }: Decision) {
  return {
    tenant_id: tenantId,
    id,
    client_id: clientId,
    user_id: userId,
    type: 'device',
    action,
    nonce,
    decided_by: decidedBy,
    decided_at: decidedAt,
  };
}
