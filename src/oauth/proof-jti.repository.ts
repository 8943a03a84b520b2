// Used proofs: DPoP proofs, client assertions and proofs of devices. A row is made once and deleted after the proof's
// expiry.
import { Injectable } from '@nestjs/common';
import { digestOf } from '../platform/crypto/digest.js';
import { Database } from '../platform/database/database.js';
import { named } from '../platform/database/named-statement.js';
import { makeOnce, sweep } from '../platform/database/once.statement.js';

export interface ProofUse {
  readonly tenantId: string;
  readonly kind: 'dpop' | 'client_assertion' | 'device';
  /** The owner of the jti: the thumbprint of a key, a client, or a device. Owners may choose the same jti. */
  readonly holder: string;
  readonly jti: string;
  readonly expiresAt: Date;
  readonly now: Date;
}

// A row outlives its proof by more than the clocks of two instances can differ.
const PROOF_JTIS = { table: 'proof_jtis', key: ['tenant_id', 'kind', 'digest'], keptMinutes: 5 } as const;

// SECURITY(T-06): the insert decides, not a query before it. The unique key serialises simultaneous uses on all
// instances.
const CLAIM = named(
  'proof_jti_claim',
  `WITH swept AS (${sweep(PROOF_JTIS)}) ${makeOnce(PROOF_JTIS, [':kind::text', ':digest::bytea'])}`,
);

@Injectable()
export class ProofJtiRepository {
  constructor(private readonly database: Database) {}

  /**
   * True the first time. Call it only for a proof that passed every other check.
   * @throws Problem `service_unavailable` if the database does not answer.
   */
  async claim({ tenantId, kind, holder, jti, expiresAt, now }: ProofUse): Promise<boolean> {
    const digest = digestOf('proof-jti', holder, jti);
    const values = { tenant: tenantId, kind, digest, expires: expiresAt.toISOString(), now: now.toISOString() };
    return (await this.database.runNamed(CLAIM, values)).length === 1;
  }
}
