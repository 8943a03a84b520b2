// Starts recoveries. A recovery code is verified like any proof: one statement claims the code and writes the recovery.
// For an unknown user the same statements run over a decoy.
import { Injectable } from '@nestjs/common';
import type { Call } from '../../contract/caller.js';
import { demandScope } from '../../contract/demanded-scope.js';
import { Clock } from '../../platform/clock/clock.js';
import { newUuid } from '../../platform/crypto/type-id.js';
import { TenantSettingsService } from '../../tenants/settings/tenant-settings.service.js';
import { Attempts } from '../../users/attempts/attempts.js';
import { shownState, type RecoveryState } from '../../users/recovery/recovery.dto.js';
import { begun } from '../../users/recovery/recovery.policy.js';
import { RecoveryRepository } from '../../users/recovery/recovery.repository.js';
import { RecoveryService } from '../../users/recovery/recovery.service.js';
import { RecoveryCodesMethod } from './recovery-codes-method.js';
import type { BeginRecovery } from './start-recovery.dto.js';

@Injectable()
export class StartRecoveryService {
  constructor(
    private readonly method: RecoveryCodesMethod,
    private readonly attempts: Attempts,
    private readonly recovery: RecoveryService,
    private readonly recoveries: RecoveryRepository,
    private readonly tenants: TenantSettingsService,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws Problem `insufficient_scope` if the token lacks the scope of this form. For a code `verification_refused`,
   * the same for every reason; for a reset as `RecoveryService.ask`.
   */
  begin(call: Call, userId: string, body: BeginRecovery): Promise<RecoveryState> {
    if ('code' in body) return this.byCode(call, userId, body.code);
    // SECURITY(T-32): `factors:write` must not suffice for a reset, or two such clients could recover any user.
    demandScope(call, 'tenant:admin');
    return this.recovery.ask(call, userId, body.reason);
  }

  private async byCode(call: Call, userId: string, code: string): Promise<RecoveryState> {
    demandScope(call, 'factors:write');
    const { tenantId, clientId } = call;
    const { recoveryDelayHours: delayHours } = await this.tenants.of(tenantId);
    const match = await this.method.match({ tenantId, userId, proof: code });
    const nowMs = this.clock.nowMs();
    const recovery = begun({ clientId, nowMs }, { id: newUuid(this.clock), delayHours });
    const mac = this.recoveries.macOf({ tenantId, userId }, recovery);
    const values = { ...match.values, recovery: JSON.stringify(recovery), new_recovery_mac: mac };
    await this.attempts.accept(this.method.recovery, { call, userId, ...match, values });
    return shownState(recovery, nowMs);
  }
}
