// The TOTP part of the table factors: opening an enrolment, and loading what a code is judged against.
import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../platform/database/database.js';
import { DECOY_COUNT, DECOY_TENANT_ID, decoyAt, type Decoy } from '../../users/decoys.js';
import type { TotpParameters } from './totp.policy.js';

export interface TotpRow {
  readonly tenant_id: string;
  readonly user_id: string;
  readonly id: string;
  readonly totp_secret: Buffer;
  readonly totp_algorithm: TotpParameters['algorithm'];
  readonly totp_digits: 6 | 8;
  readonly totp_period: number;
}

export interface NewTotp extends TotpParameters {
  readonly tenantId: string;
  readonly userId: string;
  readonly id: string;
  readonly sealed: Buffer;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface PendingKey {
  readonly tenantId: string;
  readonly userId: string;
  readonly id: string;
  readonly now: Date;
}

export interface OpenedBy {
  readonly eventId: string;
  readonly clientId: string;
  readonly address: string;
  readonly requestId: string;
}

const COLUMNS = 'tenant_id, user_id, id, totp_secret, totp_algorithm, totp_digits, totp_period';
// A page that is opened again and again leaves at most this many pending factors beside the new one.
const KEPT_PENDING = 4;
// An expired row is left alone for as long as a confirmation that began before its end may take.
const FORGOTTEN_AFTER_MINUTES = 1;

// The user's row is locked by the upsert, so an activation at the same instant is seen or waits. What may be confirmed is
// named in the row's claims; the row in factors alone opens nothing.
const OPEN: Statement = {
  name: 'totp_open',
  text: `
    WITH opened AS (
      INSERT INTO users (tenant_id, user_id, created_at, claims)
      VALUES ($1::uuid, $2, $4::timestamptz, jsonb_build_object($3::text, -1))
      ON CONFLICT (tenant_id, user_id) DO UPDATE SET claims = CASE WHEN users.enrolled_at IS NOT NULL THEN users.claims ELSE (
        SELECT coalesce(jsonb_object_agg(kept.key, kept.value), '{}') || excluded.claims
        FROM (SELECT key, value FROM jsonb_each(users.claims) ORDER BY key DESC LIMIT ${KEPT_PENDING}) AS kept) END
      RETURNING enrolled_at
    ),
    stale AS (
      DELETE FROM factors WHERE tenant_id = $1::uuid AND id IN (
        SELECT id FROM (
          SELECT id, expires_at, row_number() OVER (ORDER BY id DESC) AS age
          FROM factors WHERE tenant_id = $1::uuid AND user_id = $2 AND status = 'pending') AS pending
        WHERE age > ${KEPT_PENDING} OR expires_at <= $4::timestamptz - interval '${FORGOTTEN_AFTER_MINUTES} minutes')
    ),
    pending AS (
      INSERT INTO factors (tenant_id, user_id, id, type, status, created_at, expires_at,
                           totp_secret, totp_algorithm, totp_digits, totp_period)
      SELECT $1::uuid, $2, ($3::text)::uuid, 'totp', 'pending', $4::timestamptz, $5::timestamptz, $6, $7, $8, $9
      FROM opened WHERE enrolled_at IS NULL
      RETURNING id
    ),
    event AS (
      INSERT INTO audit_events (tenant_id, id, at, action, reason, client_id, user_id, target_id, address, request_id)
      SELECT $1::uuid, $10::uuid, $4::timestamptz,
             CASE WHEN enrolled_at IS NULL THEN 'factor.enrolment_opened' ELSE 'factor.enrolment_refused' END,
             CASE WHEN enrolled_at IS NOT NULL THEN 'already_enrolled' END,
             $11::uuid, $2, CASE WHEN enrolled_at IS NULL THEN ($3::text)::uuid END, $12, $13
      FROM opened
    )
    SELECT id FROM pending`,
};

// Both rows are asked for always: a user's own and the decoy's. Two index look-ups, whoever exists.
const ACTIVE: Statement = {
  name: 'totp_active',
  text: `
    SELECT ${COLUMNS} FROM factors WHERE tenant_id = $1::uuid AND user_id = $2 AND type = 'totp' AND status = 'active'
    UNION ALL
    SELECT ${COLUMNS} FROM factors WHERE tenant_id = $3::uuid AND id = $4::uuid`,
};

const PENDING: Statement = {
  name: 'totp_pending',
  text: `
    SELECT ${COLUMNS} FROM factors
    WHERE tenant_id = $1::uuid AND id = $5::uuid AND user_id = $2 AND type = 'totp' AND status = 'pending' AND expires_at > $6::timestamptz
    UNION ALL
    SELECT ${COLUMNS} FROM factors WHERE tenant_id = $3::uuid AND id = $4::uuid`,
};

const ADD_DECOYS: Statement = {
  name: 'totp_decoys',
  text: `
    WITH stand_in AS (
      INSERT INTO users (tenant_id, user_id, created_at)
      SELECT $1::uuid, decoy.user_id, $2::timestamptz FROM unnest($3::text[]) AS decoy(user_id)
      ON CONFLICT DO NOTHING
    )
    INSERT INTO factors (tenant_id, user_id, id, type, status, created_at, activated_at,
                         totp_secret, totp_algorithm, totp_digits, totp_period)
    SELECT $1::uuid, decoy.user_id, decoy.id, 'totp', 'active', $2::timestamptz, $2::timestamptz, decoy.sealed, 'SHA1', 6, 30
    FROM unnest($3::text[], $4::uuid[], $5::bytea[]) AS decoy(user_id, id, sealed)
    ON CONFLICT DO NOTHING`,
};

@Injectable()
export class TotpRepository {
  constructor(private readonly database: Database) {}

  /** False when the user is enrolled already: then nothing was opened. */
  async open(factor: NewTotp, by: OpenedBy): Promise<boolean> {
    const { tenantId, userId, id, createdAt, expiresAt, sealed, algorithm, digits, period } = factor;
    const row = [tenantId, userId, id, createdAt, expiresAt, sealed, algorithm, digits, period];
    const rows = await this.database.run(OPEN, [...row, by.eventId, by.clientId, by.address, by.requestId]);
    return rows.length === 1;
  }

  active(tenantId: string, userId: string, decoy: Decoy): Promise<TotpRow[]> {
    return this.database.run<TotpRow>(ACTIVE, [tenantId, userId, decoy.tenantId, decoy.factorId]);
  }

  pending({ tenantId, userId, id, now }: PendingKey, decoy: Decoy): Promise<TotpRow[]> {
    return this.database.run<TotpRow>(PENDING, [tenantId, userId, decoy.tenantId, decoy.factorId, id, now]);
  }

  async addDecoys(seal: (decoy: Decoy) => Buffer, createdAt: Date): Promise<void> {
    const decoys = Array.from({ length: DECOY_COUNT }, (_none, number) => decoyAt(number));
    const columns = [decoys.map(({ userId }) => userId), decoys.map(({ factorId }) => factorId), decoys.map(seal)];
    await this.database.run(ADD_DECOYS, [DECOY_TENANT_ID, createdAt, ...columns]);
  }

  async hasDecoys(): Promise<boolean> {
    return (await this.database.prisma.user.count({ where: { tenantId: DECOY_TENANT_ID } })) === DECOY_COUNT;
  }
}
