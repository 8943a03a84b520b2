// Seals and opens TOTP secrets, and matches codes against them. The plain secret lives inside these calls only.
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { Sealer } from '../../platform/crypto/sealer.js';
import { NO_STEP } from '../../users/attempts/attempt.statement.js';
import { DECOY_TENANT_ID } from '../../users/decoys.js';
import type { Match } from '../factor-method.js';
import { judgeTotp } from './totp.policy.js';
import type { TotpRow } from './totp.repository.js';

@Injectable()
export class TotpSecrets {
  constructor(
    private readonly sealer: Sealer,
    private readonly clock: Clock,
  ) {}

  seal(secret: Uint8Array, key: { tenantId: string; factorId: string }): Buffer {
    return this.sealer.seal(secret, placeOf(key.tenantId, key.factorId));
  }

  /**
   * Which of the rows a code belongs to: the user's own rows when there are any, else the decoy's. A decoy never matches.
   * With several factors, all are computed, and the one that matched is the subject.
   */
  match(rows: readonly TotpRow[], code: string): Match {
    const own = rows.filter((row) => row.tenant_id !== DECOY_TENANT_ID);
    // One decoy: it may stand there twice.
    const judged = (own.length > 0 ? own : rows.slice(0, 1)).map((row) => ({ row, step: this.stepOf(row, code) }));
    const chosen = judged.find(({ step }) => step !== NO_STEP) ?? judged[0];
    if (!chosen) throw new Error('BUG: there is no decoy row');
    const { row, step } = chosen;
    const isDecoy = row.tenant_id === DECOY_TENANT_ID;
    const subject = { tenantId: row.tenant_id, userId: row.user_id, factorId: row.id, isDecoy };
    return { subject, step: isDecoy ? NO_STEP : step };
  }

  private stepOf(row: TotpRow, code: string): number {
    const secret = this.sealer.open(row.totp_secret, placeOf(row.tenant_id, row.id));
    const parameters = { algorithm: row.totp_algorithm, digits: row.totp_digits, period: row.totp_period };
    return judgeTotp({ ...parameters, secret, code, nowMs: this.clock.nowMs() })?.step ?? NO_STEP;
  }
}

function placeOf(tenantId: string, factorId: string) {
  return { tenantId, table: 'factors', column: 'totp_secret', rowId: factorId };
}
