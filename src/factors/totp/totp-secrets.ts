// Seals and opens TOTP secrets and matches codes against them. The plain secret exists in these calls only.
import { Injectable } from '@nestjs/common';
import { DECOY_TENANT_ID } from '../../contract/reserved-tenants.js';
import { RowAlarm } from '../../abuse/alerts/row-alarm.js';
import { Clock } from '../../platform/clock/clock.js';
import { SealBroken, Sealer } from '../../platform/crypto/sealer.js';
import { NO_STEP } from '../../users/attempts/attempt.statement.js';
import { FactorRows } from '../factor-rows.repository.js';
import type { Match } from '../factor-method.js';
import { matchTotp } from './totp.policy.js';
import type { TotpRow } from './totp.repository.js';

@Injectable()
export class TotpSecrets {
  constructor(
    private readonly sealer: Sealer,
    private readonly clock: Clock,
    private readonly factors: FactorRows,
    private readonly alarm: RowAlarm,
  ) {}

  seal(secret: Uint8Array, key: { tenantId: string; factorId: string }): Buffer {
    return this.sealer.seal(secret, placeOf(key.tenantId, key.factorId));
  }

  /**
   * The row that a code matches: of the user's own rows if there are any, otherwise of the decoy's. A decoy never
   * matches. All rows are computed, and the one that matched is the subject.
   */
  match(rows: readonly TotpRow[], code: string): Match {
    // Checks every row, decoys too, so that the work is the same.
    const trusted = rows.filter((row) => this.factors.isBound(row) || row.tenant_id === DECOY_TENANT_ID);
    const own = trusted.filter((row) => row.tenant_id !== DECOY_TENANT_ID);
    // The same decoy may occur twice.
    const compared = (own.length > 0 ? own : trusted.slice(0, 1)).map((row) => ({ row, step: this.stepOf(row, code) }));
    const chosen = compared.find(({ step }) => step !== NO_STEP) ?? compared[0];
    if (!chosen) throw new Error('BUG: there is no decoy row');
    const { row, step } = chosen;
    const isDecoy = row.tenant_id === DECOY_TENANT_ID;
    const subject = { tenantId: row.tenant_id, userId: row.user_id, factorId: row.id, isDecoy };
    // SECURITY(T-45): a code of six digits can match every authenticator of six digits, and none of eight.
    const weight = Math.max(1, own.filter(({ totp_digits: digits }) => digits === code.length).length);
    return { subject, step: isDecoy ? NO_STEP : step, weight };
  }

  private stepOf(row: TotpRow, code: string): number {
    const secret = this.secretOf(row);
    const parameters = { algorithm: row.totp_algorithm, digits: row.totp_digits, period: row.totp_period };
    const matched = matchTotp({ ...parameters, secret: secret ?? NO_SECRET, code, nowMs: this.clock.nowMs() });
    return secret === null ? NO_STEP : (matched?.step ?? NO_STEP);
  }

  // SECURITY(T-48): a row that cannot be opened is a mismatch, whether a decoy or a user's own. An error would tell
  // known users from unknown ones as soon as only one of both can be opened.
  private secretOf({ tenant_id: tenantId, id, user_id: userId, totp_secret: sealed }: TotpRow): Buffer | null {
    try {
      return this.sealer.open(sealed, placeOf(tenantId, id));
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
      this.alarm.raise({ tenantId, table: 'factors', rowId: id, userId });
      return null;
    }
  }
}

/** Costs the same as a real secret, and never matches. */
const NO_SECRET = Buffer.alloc(20);

function placeOf(tenantId: string, factorId: string) {
  return { tenantId, table: 'factors', column: 'totp_secret', rowId: factorId };
}
