// The TOTP part of the table factors: loads the rows that a code is compared with, and adds the decoys.
import { Injectable } from '@nestjs/common';
import { DECOY_TENANT_ID } from '../../contract/reserved-tenants.js';
import { Database, type Statement } from '../../platform/database/database.js';
import { DECOY_COUNT, decoyAt, type Decoy } from '../../users/decoys.js';
import type { Asked } from '../factor-method.js';
import { factorColumns, type BoundFactorRow, type FactorFacts } from '../../users/factor-facts.js';
import { FactorRows } from '../factor-rows.repository.js';
import type { TotpParameters } from './totp.policy.js';

export interface TotpRow extends BoundFactorRow {
  readonly tenant_id: string;
  readonly user_id: string;
  readonly id: string;
  readonly totp_secret: Buffer;
  readonly totp_algorithm: TotpParameters['algorithm'];
  readonly totp_digits: 6 | 8;
  readonly totp_period: number;
}

export interface PendingKey {
  readonly tenantId: string;
  readonly userId: string;
  readonly id: string;
  readonly now: Date;
}

const COLUMNS = `${factorColumns('factors')}, totp_secret`;
// SECURITY(T-04): always queries the user's own rows and the decoy's. Without own rows the decoy's is returned twice,
// so that as many rows are fetched and sent. One row less took four microseconds less.
const ACTIVE: Statement = {
  name: 'totp_active',
  text: `
    WITH own AS MATERIALIZED (
      SELECT ${COLUMNS} FROM factors WHERE tenant_id = $1::uuid AND user_id = $2 AND type = 'totp' AND status = 'active'
        AND ($5::uuid IS NULL OR id = $5::uuid)
    )
    SELECT * FROM own
    UNION ALL
    SELECT ${COLUMNS} FROM factors WHERE tenant_id = $3::uuid AND id = $4::uuid
    UNION ALL
    SELECT ${COLUMNS} FROM factors WHERE tenant_id = $3::uuid AND id = $4::uuid AND NOT EXISTS (SELECT FROM own)`,
};

const PENDING: Statement = {
  name: 'totp_pending',
  text: `
    SELECT ${COLUMNS} FROM factors
    WHERE tenant_id = $1::uuid AND id = $5::uuid AND user_id = $2 AND type = 'totp' AND status = 'pending' AND expires_at > $6::timestamptz
    UNION ALL
    SELECT ${COLUMNS} FROM factors WHERE tenant_id = $3::uuid AND id = $4::uuid`,
};

// SECURITY(T-04): a decoy has a claim like a user, so that its look-up and comparison cost the same. No step is newer.
const UNREACHABLE_STEP = Number.MAX_SAFE_INTEGER;

const ADD_DECOYS: Statement = {
  name: 'totp_decoys',
  text: `
    WITH stand_in AS (
      INSERT INTO users (tenant_id, user_id, created_at, claims)
      SELECT $1::uuid, decoy.user_id, $2::timestamptz, jsonb_build_object(decoy.id::text, ${UNREACHABLE_STEP})
      FROM unnest($3::text[], $4::uuid[]) AS decoy(user_id, id)
      ON CONFLICT DO NOTHING
    )
    INSERT INTO factors (tenant_id, user_id, id, type, status, created_at, activated_at,
                         totp_secret, totp_algorithm, totp_digits, totp_period, row_mac)
    SELECT $1::uuid, decoy.user_id, decoy.id, 'totp', 'active', $2::timestamptz, $2::timestamptz, decoy.sealed, 'SHA1', 6, 30, decoy.mac
    FROM unnest($3::text[], $4::uuid[], $5::bytea[], $6::bytea[]) AS decoy(user_id, id, sealed, mac)
    ON CONFLICT DO NOTHING`,
};

@Injectable()
export class TotpRepository {
  constructor(
    private readonly database: Database,
    private readonly rows: FactorRows,
  ) {}

  active({ tenantId, userId, factorId }: Required<Asked>, decoy: Decoy): Promise<TotpRow[]> {
    return this.database.run<TotpRow>(ACTIVE, [tenantId, userId, decoy.tenantId, decoy.factorId, factorId]);
  }

  pending({ tenantId, userId, id, now }: PendingKey, decoy: Decoy): Promise<TotpRow[]> {
    return this.database.run<TotpRow>(PENDING, [tenantId, userId, decoy.tenantId, decoy.factorId, id, now]);
  }

  async addDecoys(seal: (decoy: Decoy) => Buffer, createdAt: Date): Promise<void> {
    const decoys = Array.from({ length: DECOY_COUNT }, (_none, number) => decoyAt(number));
    const macs = decoys.map((decoy) => this.rows.macOf(decoyFacts(decoy, createdAt)));
    const columns = [
      decoys.map(({ userId }) => userId),
      decoys.map(({ factorId }) => factorId),
      decoys.map(seal),
      macs,
    ];
    await this.database.run(ADD_DECOYS, [DECOY_TENANT_ID, createdAt, ...columns]);
  }

  async hasDecoys(): Promise<boolean> {
    return (await this.database.prisma.user.count({ where: { tenantId: DECOY_TENANT_ID } })) === DECOY_COUNT;
  }
}

function decoyFacts({ tenantId, userId, factorId }: Decoy, activatedAt: Date): FactorFacts {
  return {
    tenantId,
    id: factorId,
    userId,
    type: 'totp',
    status: 'active',
    activatedAt,
    expiresAt: null,
    totpAlgorithm: 'SHA1',
    totpDigits: 6,
    totpPeriod: 30,
    replaces: null,
    grantedBy: null,
    grantedTicket: null,
  };
}
