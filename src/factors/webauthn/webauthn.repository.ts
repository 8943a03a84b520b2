// Owner of the table webauthn_credentials. A row is made in the statement that makes its factor active, by the pieces of
// webauthn-attempts.ts; it goes with the factor, by the foreign key.
import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Transaction } from '../../platform/database/database.js';
import type { Asked, PresentedPending } from '../factor-method.js';
import type { NewFactor } from '../factor.repository.js';

export interface CredentialRow {
  readonly factor_id: string;
  readonly credential_id: Buffer;
  readonly public_key: Buffer;
  readonly transports: string[];
  readonly backup_eligible: boolean;
}

export interface PendingKey extends Pick<PresentedPending, 'tenantId' | 'userId' | 'id'> {
  readonly now: Date;
  /** What a registration made. */
  readonly credentialId: Buffer;
}

const ACTIVE: Statement = {
  name: 'webauthn_active',
  text: `
    SELECT factor.id AS factor_id, key.credential_id, key.public_key, key.transports, key.backup_eligible
    FROM factors AS factor JOIN webauthn_credentials AS key ON key.tenant_id = factor.tenant_id AND key.factor_id = factor.id
    WHERE factor.tenant_id = $1::uuid AND factor.user_id = $2 AND factor.status = 'active' AND ($3::uuid IS NULL OR factor.id = $3::uuid)
    ORDER BY factor.id`,
};

// WebAuthn L3 §7.1: a credential ID that is registered for any user is refused. Of two at one instant the second meets the unique key.
const PENDING: Statement = {
  name: 'webauthn_pending',
  text: `
    SELECT id FROM factors
    WHERE tenant_id = $1::uuid AND id = $3::uuid AND user_id = $2 AND type = 'webauthn' AND status = 'pending'
      AND expires_at > $4::timestamptz
      AND NOT EXISTS (SELECT FROM webauthn_credentials WHERE tenant_id = $1::uuid AND credential_id = $5::bytea)`,
};

@Injectable()
export class WebAuthnRepository {
  constructor(private readonly database: Database) {}

  /** The pending factor's row: all there is until a credential exists. */
  async add(transaction: Transaction, factor: NewFactor): Promise<void> {
    const data = { ...factor, type: 'webauthn', status: 'pending' };
    await transaction.factor.create({ data, select: { id: true } });
  }

  active({ tenantId, userId, factorId = null }: Asked): Promise<CredentialRow[]> {
    return this.database.run<CredentialRow>(ACTIVE, [tenantId, userId, factorId]);
  }

  /** Whether this credential may make the pending factor active. */
  async mayConfirm({ tenantId, userId, id, now, credentialId }: PendingKey): Promise<boolean> {
    return (await this.database.run(PENDING, [tenantId, userId, id, now, credentialId])).length === 1;
  }
}
