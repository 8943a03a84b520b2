// Records token requests: uses up proofs and assertions, and writes the event.
import { Injectable } from '@nestjs/common';
import { Alerts, type NewAlert } from '../abuse/alerts/alerts.repository.js';
import type { TokenRefusalReason } from '../contract/audit-actions.js';
import { AuditLog } from '../audit/audit-log.js';
import type { Origin } from '../contract/caller.js';
import { Clock, dateAt } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import type { ClientRecord } from '../tenants/clients/client.repository.js';
import type { ValidClientAssertion } from './client-assertion.policy.js';
import type { VerifiedDpopProof } from './dpop-proof.policy.js';
import { ProofJtiRepository } from './proof-jti.repository.js';

@Injectable()
export class TokenLedger {
  constructor(
    private readonly jtis: ProofJtiRepository,
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly alerts: Alerts,
    private readonly clock: Clock,
  ) {}

  /** True the first time. The assertion is then used up, even if the rest of the request is refused. */
  async spendAssertion({ tenantId, id }: ClientRecord, assertion: ValidClientAssertion): Promise<boolean> {
    const { jti, expiresAtMs } = assertion;
    const [expiresAt, now] = [dateAt(expiresAtMs), this.clock.now()];
    return this.jtis.claim({ tenantId, kind: 'client_assertion', holder: id, jti, expiresAt, now });
  }

  /** True the first time. */
  async spendProof(tenantId: string, { thumbprint, jti, expiresAtMs }: VerifiedDpopProof): Promise<boolean> {
    const [expiresAt, now] = [dateAt(expiresAtMs), this.clock.now()];
    return this.jtis.claim({ tenantId, kind: 'dpop', holder: thumbprint, jti, expiresAt, now });
  }

  /** The same for a device's proof of one request. */
  async spendDeviceProof(
    { tenantId, factorId }: { readonly tenantId: string; readonly factorId: string },
    { jti, expiresAtMs }: Pick<VerifiedDpopProof, 'jti' | 'expiresAtMs'>,
  ): Promise<boolean> {
    const [expiresAt, now] = [dateAt(expiresAtMs), this.clock.now()];
    return this.jtis.claim({ tenantId, kind: 'device', holder: factorId, jti, expiresAt, now });
  }

  async record(client: ClientRecord, origin: Origin, reason: TokenRefusalReason | null): Promise<void> {
    const action = reason === null ? 'token.issued' : 'token.refused';
    const actor = { clientId: client.id, ...origin };
    const entry = { tenantId: client.tenantId, action, actor, ...(reason === null ? {} : { reason }) } as const;
    await this.database.inTransaction(async (transaction) => {
      await this.audit.record(transaction, entry);
      if (reason === 'canary_credential') await this.alerts.raise(transaction, canaryShown(client));
    });
  }
}

function canaryShown({ tenantId, id }: ClientRecord): NewAlert {
  return { tenantId, kind: 'canary_credential_shown', subjectId: id };
}
