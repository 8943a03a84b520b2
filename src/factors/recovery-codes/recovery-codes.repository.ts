// Owner of the table recovery_codes. The user's row says which codes are unused; attempts claim them there (ADR 0007).
import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import type { Asked } from '../factor-method.js';
import { RowAlarm } from '../../abuse/alerts/row-alarm.js';
import { RowBinder } from '../../platform/keys/row-binder.js';
import { factorColumns, type BoundFactorRow } from '../../users/factor-facts.js';
import { FactorRows } from '../factor-rows.repository.js';
import { FactorRepository, type FactorKey } from '../factor.repository.js';

/** What a try is compared with: the user's factor, if any, and the code with this selector, if any. */
export interface Candidate {
  readonly factor_id: string | null;
  readonly id: string | null;
  readonly hash: string | null;
}

type CandidateRow = BoundFactorRow & {
  readonly id: string | null;
  readonly code_id: string | null;
  readonly selector: string | null;
  readonly hash: string | null;
  readonly code_mac: Buffer | null;
};

const NO_CANDIDATE: Candidate = { factor_id: null, id: null, hash: null };

export interface CodeRow {
  readonly id: string;
  readonly selector: string;
  readonly hash: string;
}

export interface NewSet extends FactorKey {
  readonly createdAt: Date;
  readonly codes: readonly CodeRow[];
}

// Both are always looked up, for every user.
const CANDIDATE: Statement = {
  name: 'recovery_code_candidate',
  text: `
    SELECT ${factorColumns('factor')}, code.id AS code_id, code.selector, code.hash, code.row_mac AS code_mac FROM (SELECT 1) AS once
    LEFT JOIN factors AS factor ON factor.tenant_id = $1::uuid AND factor.user_id = $2
      AND factor.type = 'recovery_codes' AND factor.status = 'active' AND ($4::uuid IS NULL OR factor.id = $4::uuid)
    LEFT JOIN recovery_codes AS code ON code.tenant_id = $1::uuid AND code.user_id = $2 AND code.selector = $3
      AND code.factor_id = factor.id`,
};

const REMAINING: Statement = {
  name: 'recovery_codes_remaining',
  text: `
    SELECT count(*)::int AS remaining FROM recovery_codes AS code
    JOIN users ON users.tenant_id = code.tenant_id AND users.user_id = code.user_id
    WHERE code.tenant_id = $1::uuid AND code.factor_id = $2::uuid AND users.claims ->> code.id::text = '-1'`,
};

@Injectable()
export class RecoveryCodesRepository {
  constructor(
    private readonly database: Database,
    private readonly rows: FactorRows,
    private readonly factors: FactorRepository,
    private readonly binder: RowBinder,
    private readonly alarm: RowAlarm,
  ) {}

  async candidate({ tenantId, userId, factorId }: Required<Asked>, selector: string): Promise<Candidate> {
    const [row] = await this.database.run<CandidateRow>(CANDIDATE, [tenantId, userId, selector, factorId]);
    if (row === undefined || row.id === null || !this.rows.isBound(row)) return NO_CANDIDATE;
    const { id, code_id: codeId, hash } = row;
    if (codeId === null || hash === null || !this.isCodeBound(row, { tenantId, userId, factorId: id, codeId }))
      return { ...NO_CANDIDATE, factor_id: id };
    return { factor_id: id, id: codeId, hash };
  }

  // SECURITY(T-47): a hash that the service did not write matches no code.
  private isCodeBound({ selector, hash, code_mac: mac }: CandidateRow, key: CodeKey): boolean {
    if (this.binder.isBound('recovery_codes', codeFacts(key, { selector, hash }), mac)) return true;
    const { tenantId, userId, codeId: rowId } = key;
    this.alarm.raise({ tenantId, userId, rowId, table: 'recovery_codes' });
    return false;
  }

  async remaining(tenantId: string, factorId: string): Promise<number> {
    const [row] = await this.database.run<{ remaining: number }>(REMAINING, [tenantId, factorId]);
    return row?.remaining ?? 0;
  }

  async codeIds(transaction: Transaction, tenantId: string, factorId: string): Promise<string[]> {
    const rows = await transaction.recoveryCode.findMany({ where: { tenantId, factorId }, select: { id: true } });
    return rows.map(({ id }) => id);
  }

  /**
   * Replaces the user's old set, rows and claims. The caller has locked the user's row.
   * SECURITY(T-26): a claim that stayed would accept an old code that is being verified at the same time.
   */
  async replace(transaction: Transaction, { tenantId, userId, id, createdAt, codes }: NewSet): Promise<void> {
    const unused = JSON.stringify(Object.fromEntries(codes.map((code) => [code.id, -1])));
    await transaction.$executeRaw`
      UPDATE users SET claims = (claims - ARRAY(
        SELECT code.id::text FROM recovery_codes AS code WHERE code.tenant_id = ${tenantId}::uuid AND code.user_id = ${userId}
      )) || ${unused}::jsonb, browsers = '{}'
      WHERE tenant_id = ${tenantId}::uuid AND user_id = ${userId}`;
    const type = 'recovery_codes';
    await transaction.factor.deleteMany({ where: { tenantId, userId, type } });
    await this.factors.addActive(transaction, { tenantId, userId, id, type, createdAt });
    await transaction.recoveryCode.createMany({
      data: codes.map((code) => {
        const facts = codeFacts({ tenantId, userId, factorId: id, codeId: code.id }, code);
        return { ...code, tenantId, userId, factorId: id, rowMac: this.binder.bind('recovery_codes', facts) };
      }),
    });
  }
}

interface CodeKey {
  readonly tenantId: string;
  readonly userId: string;
  readonly factorId: string;
  readonly codeId: string;
}

function codeFacts(
  { tenantId, userId, factorId, codeId }: CodeKey,
  { selector, hash }: { selector: string | null; hash: string | null },
) {
  return { tenant_id: tenantId, id: codeId, factor_id: factorId, user_id: userId, selector, hash };
}
