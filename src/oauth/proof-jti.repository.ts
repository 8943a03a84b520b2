// Which proofs were used: DPoP proofs, client assertions and those of devices. A row is made once and forgotten after the proof's end.
import { Injectable } from '@nestjs/common';
import { digestOf } from '../platform/crypto/digest.js';
import { Database, type Statement } from '../platform/database/database.js';

export interface ProofUse {
  readonly tenantId: string;
  readonly kind: 'dpop' | 'client_assertion' | 'device';
  /** Whose it is: the thumbprint of a key, a client, or a device. One caller's choice of ids does not get in the way of another's. */
  readonly holder: string;
  readonly jti: string;
  readonly expiresAt: Date;
  readonly now: Date;
}

// Each use sweeps a few that are over, so that the table stays as small as what is alive.
const SWEPT = 8;
// A row outlives its proof by more than the clocks of two instances may differ.
const KEPT_MINUTES = 5;

// SECURITY(T-06): the row decides, not a look before. Two uses at one instant, on whatever instances, are put in a line by the key.
const CLAIM: Statement = {
  name: 'proof_jti_claim',
  text: `
    WITH swept AS (
      DELETE FROM proof_jtis WHERE (tenant_id, kind, digest) IN (
        SELECT tenant_id, kind, digest FROM proof_jtis
        WHERE tenant_id = $1::uuid AND expires_at < $5::timestamptz - interval '${KEPT_MINUTES} minutes'
        ORDER BY expires_at LIMIT ${SWEPT} FOR UPDATE SKIP LOCKED)
    )
    INSERT INTO proof_jtis (tenant_id, kind, digest, expires_at) VALUES ($1::uuid, $2, $3::bytea, $4::timestamptz)
    ON CONFLICT DO NOTHING RETURNING kind`,
};

@Injectable()
export class ProofJtiRepository {
  constructor(private readonly database: Database) {}

  /**
   * True once, and only for a proof that everything else was found right about.
   * @throws Problem `service_unavailable` when the database cannot say.
   */
  async claim({ tenantId, kind, holder, jti, expiresAt, now }: ProofUse): Promise<boolean> {
    const digest = digestOf('proof-jti', holder, jti);
    const rows = await this.database.run(CLAIM, [tenantId, kind, digest, expiresAt, now]);
    return rows.length === 1;
  }
}
