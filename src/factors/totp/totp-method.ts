// TOTP as a factor method: one query, a comparison with each of the user's authenticators, and the step to claim.
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { attemptStatement } from '../../users/attempt.statement.js';
import { Decoys } from '../../users/decoys.js';
import type { FactorMethod, Match, Presented } from '../factor-method.js';
import { TotpSecrets } from './totp-secrets.js';
import { OneTimeCode } from './totp.dto.js';
import { TotpRepository } from './totp.repository.js';

const VERIFY = attemptStatement({
  name: 'verify',
  budget: 'one_time_codes',
  effect: 'verify',
  missed: 'replayed_code',
  approved: 'verification.approved',
  refused: 'verification.refused',
});

@Injectable()
export class TotpMethod implements FactorMethod {
  readonly type = 'totp';
  readonly amr = ['otp'];
  readonly acr = 'urn:countersign:acr:otp';
  readonly allowsStepUp = true;
  readonly standsAlone = true;
  readonly attempt = VERIFY;

  constructor(
    private readonly factors: TotpRepository,
    private readonly secrets: TotpSecrets,
    private readonly decoys: Decoys,
    private readonly clock: Clock,
  ) {}

  recognizes(code: string): boolean {
    return OneTimeCode.safeParse(code).success;
  }

  async match({ tenantId, userId, code }: Presented): Promise<Match> {
    const rows = await this.factors.active(tenantId, userId, this.decoys.for(tenantId, userId));
    return this.secrets.match(rows, code);
  }

  /** The same for a factor that is to be confirmed. */
  async matchPending({ tenantId, userId, id, code }: Presented & { readonly id: string }): Promise<Match> {
    const key = { tenantId, userId, id, now: this.clock.now() };
    return this.secrets.match(await this.factors.pending(key, this.decoys.for(tenantId, userId)), code);
  }
}
