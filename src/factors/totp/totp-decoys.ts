// Makes the decoy rows once per database. Their secrets are random, sealed like any other, and never match.
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { Decoy } from '../../users/decoys.js';
import { TotpSecrets } from './totp-secrets.js';
import { newTotpSecret } from './totp.policy.js';
import { TotpRepository } from './totp.repository.js';

@Injectable()
export class TotpDecoys {
  constructor(
    private readonly factors: TotpRepository,
    private readonly secrets: TotpSecrets,
    private readonly clock: Clock,
  ) {}

  /** The caller holds the lock of the first start. */
  async ensure(): Promise<void> {
    if (await this.factors.hasDecoys()) return;
    const seal = ({ tenantId, factorId }: Decoy) => this.secrets.seal(newTotpSecret(), { tenantId, factorId });
    await this.factors.addDecoys(seal, this.clock.now());
  }
}
