// Owner of the table webauthn_credentials. The activation of a factor makes its row (webauthn-attempts.statement.ts).
// It is deleted with the factor, by the foreign key.
import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../platform/database/database.js';
import type { Asked, PresentedPendingProof } from '../factor-method.js';
import { RowAlarm } from '../../abuse/alerts/row-alarm.js';
import { RowBinder } from '../../platform/keys/row-binder.js';
import { factorColumns, type BoundFactorRow } from '../../users/factor-facts.js';
import { FactorRows } from '../factor-rows.repository.js';

export interface CredentialRow extends BoundFactorRow {
  readonly factor_id: string;
  readonly credential_mac: Buffer | null;
  readonly credential_id: Buffer;
  readonly public_key: Buffer;
  readonly transports: string[];
  readonly backup_eligible: boolean;
}

/** The columns under the row's MAC. */
export interface Credential {
  readonly credentialId: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly isBackupEligible: boolean;
}

export interface PendingKey extends Pick<PresentedPendingProof, 'tenantId' | 'userId' | 'id'> {
  readonly now: Date;
  /** The result of a registration. */
  readonly credentialId: Buffer;
}

const ACTIVE: Statement = {
  name: 'webauthn_active',
  text: `
    SELECT ${factorColumns('factor')}, key.row_mac AS credential_mac, factor.id AS factor_id, key.credential_id, key.public_key, key.transports, key.backup_eligible
    FROM factors AS factor JOIN webauthn_credentials AS key ON key.tenant_id = factor.tenant_id AND key.factor_id = factor.id
    WHERE factor.tenant_id = $1::uuid AND factor.user_id = $2 AND factor.status = 'active' AND ($3::uuid IS NULL OR factor.id = $3::uuid)
    ORDER BY factor.id`,
};

// WebAuthn L3 §7.1: a credential ID that is registered for any user is refused. Of two simultaneous ones the second
// violates the unique key.
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
  constructor(
    private readonly database: Database,
    private readonly rows: FactorRows,
    private readonly binder: RowBinder,
    private readonly alarm: RowAlarm,
  ) {}

  /** Rows that the service wrote. */
  async active({ tenantId, userId, factorId = null }: Asked): Promise<CredentialRow[]> {
    const rows = await this.database.run<CredentialRow>(ACTIVE, [tenantId, userId, factorId]);
    return rows.filter((row) => this.rows.isBound(row) && this.isBound(row));
  }

  macOf(tenantId: string, factorId: string, made: Credential): Uint8Array<ArrayBuffer> {
    return this.binder.bind('webauthn_credentials', {
      tenant_id: tenantId,
      factor_id: factorId,
      credential_id: made.credentialId,
      public_key: made.publicKey,
      backup_eligible: made.isBackupEligible,
    });
  }

  // SECURITY(T-47): a public key that the service did not write verifies no signature.
  private isBound(row: CredentialRow): boolean {
    if (this.binder.isBound('webauthn_credentials', row, row.credential_mac)) return true;
    const { tenant_id: tenantId, user_id: userId } = row as unknown as { tenant_id: string; user_id: string };
    this.alarm.raise({ tenantId, table: 'webauthn_credentials', rowId: row.factor_id, userId });
    return false;
  }

  /** Whether this credential can confirm the pending factor. */
  async mayConfirm({ tenantId, userId, id, now, credentialId }: PendingKey): Promise<boolean> {
    return (await this.database.run(PENDING, [tenantId, userId, id, now, credentialId])).length === 1;
  }
}
