// TOTP as a factor method: one query, a comparison with each of the user's authenticators, and the step to claim.
import { Injectable } from '@nestjs/common';
import { attemptStatement } from '../../users/attempt.statement.js';
import { Decoys } from '../../users/decoys.js';
import type { FactorMethod, Match, Presented } from '../factor-method.js';
import { TotpSecrets } from './totp-secrets.js';
import { OneTimeCode } from './totp.dto.js';
import { TotpRepository } from './totp.repository.js';

const VERIFY = attemptStatement({
  name: 'verify',
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
  readonly attempt = VERIFY;

  constructor(
    private readonly factors: TotpRepository,
    private readonly secrets: TotpSecrets,
    private readonly decoys: Decoys,
  ) {}

  recognizes(code: string): boolean {
    return OneTimeCode.safeParse(code).success;
  }

  async match({ tenantId, userId, code }: Presented): Promise<Match> {
    const rows = await this.factors.active(tenantId, userId, this.decoys.for(tenantId, userId));
    return this.secrets.match(rows, code);
  }
}
