// Owner of the table recovery_codes. Which codes are unused stands in the user's row, where attempts claim them (ADR 0007).
import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import type { Asked } from '../factor-method.js';
import type { FactorKey } from '../factor.repository.js';

/** What a try is compared with: the factor if the user has codes, the one code if the selector is one of theirs. */
export interface Candidate {
  readonly factor_id: string | null;
  readonly id: string | null;
  readonly hash: string | null;
}

export interface CodeRow {
  readonly id: string;
  readonly selector: string;
  readonly hash: string;
}

export interface NewSet extends FactorKey {
  readonly createdAt: Date;
  readonly codes: readonly CodeRow[];
}

// Both are looked up always, whoever exists.
const CANDIDATE: Statement = {
  name: 'recovery_code_candidate',
  text: `
    SELECT factor.id AS factor_id, code.id, code.hash FROM (SELECT 1) AS once
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
  constructor(private readonly database: Database) {}

  async candidate({ tenantId, userId, factorId }: Required<Asked>, selector: string): Promise<Candidate> {
    const [row] = await this.database.run<Candidate>(CANDIDATE, [tenantId, userId, selector, factorId]);
    return row ?? { factor_id: null, id: null, hash: null };
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
   * Puts a set in the place of the user's old one, rows and claims. The caller holds the user's row.
   * SECURITY(T-26): a claim that stayed would accept an old code that is being judged at this instant.
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
    const factor = { tenantId, userId, id, type, status: 'active', createdAt, activatedAt: createdAt };
    await transaction.factor.create({ data: factor, select: { id: true } });
    await transaction.recoveryCode.createMany({
      data: codes.map((code) => ({ ...code, tenantId, userId, factorId: id })),
    });
  }
}
