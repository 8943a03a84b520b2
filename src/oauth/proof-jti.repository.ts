// Which proofs were used: DPoP proofs, client assertions and those of devices. A row is made once and forgotten after the proof's end.
import { Injectable } from '@nestjs/common';
import { digestOf } from '../platform/crypto/digest.js';
import { Database } from '../platform/database/database.js';
import { named } from '../platform/database/named-statement.js';
import { makeOnce, sweep } from '../platform/database/once.statement.js';

export interface ProofUse {
  readonly tenantId: string;
  readonly kind: 'dpop' | 'client_assertion' | 'device';
  /** Whose it is: the thumbprint of a key, a client, or a device. One caller's choice of ids does not get in the way of another's. */
  readonly holder: string;
  readonly jti: string;
  readonly expiresAt: Date;
  readonly now: Date;
}

// A row outlives its proof by more than the clocks of two instances may differ.
const PROOF_JTIS = { table: 'proof_jtis', key: ['tenant_id', 'kind', 'digest'], keptMinutes: 5 } as const;

// SECURITY(T-06): the row decides, not a look before. Two uses at one instant, on whatever instances, are put in a line by the key.
const CLAIM = named(
  'proof_jti_claim',
  `WITH swept AS (${sweep(PROOF_JTIS)}) ${makeOnce(PROOF_JTIS, [':kind::text', ':digest::bytea'])}`,
);

@Injectable()
export class ProofJtiRepository {
  constructor(private readonly database: Database) {}

  /**
   * True once, and only for a proof that everything else was found right about.
   * @throws Problem `service_unavailable` when the database cannot say.
   */
  async claim({ tenantId, kind, holder, jti, expiresAt, now }: ProofUse): Promise<boolean> {
    const digest = digestOf('proof-jti', holder, jti);
    const values = { tenant: tenantId, kind, digest, expires: expiresAt.toISOString(), now: now.toISOString() };
    return (await this.database.runNamed(CLAIM, values)).length === 1;
  }
}
