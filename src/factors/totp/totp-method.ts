// TOTP as a factor method: one query, a comparison with each of the user's authenticators, and the step to claim.
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import type { AttemptKind } from '../../users/attempts/attempt.statement.js';
import { Decoys } from '../../users/decoys.js';
import {
  codeIn,
  type Confirmable,
  type FactorMethod,
  type Match,
  type PresentedProof,
  type PresentedPendingProof,
  type Proof,
} from '../factor-method.js';
import { TotpSecrets } from './totp-secrets.js';
import { OneTimeCode } from './totp.dto.js';
import { TotpRepository } from './totp.repository.js';

const VERIFY: AttemptKind = {
  name: 'verify',
  budget: 'one_time_codes',
  effect: 'verify',
  wrong: 'wrong_code',
  missed: 'replayed_code',
  approved: 'verification.approved',
  refused: 'verification.refused',
};

// The confirmation uses up its code: the step becomes the last accepted one.
const CONFIRM: AttemptKind = {
  name: 'confirm',
  budget: 'one_time_codes',
  effect: 'enrol',
  wrong: 'wrong_code',
  missed: 'not_pending',
  rebinds: true,
  approved: 'factor.activated',
  refused: 'factor.confirmation_refused',
};

@Injectable()
export class TotpMethod implements FactorMethod, Confirmable {
  readonly type = 'totp';
  readonly amr = ['otp'];
  readonly acr = 'urn:countersign:acr:otp';
  readonly allowsStepUp = true;
  readonly standsAlone = true;
  // A wrong code counts once for each authenticator: with five, twenty wrong codes in 30 days stop all of them.
  readonly atMost = 5;
  readonly attempt = VERIFY;
  readonly confirmation = CONFIRM;

  constructor(
    private readonly factors: TotpRepository,
    private readonly secrets: TotpSecrets,
    private readonly decoys: Decoys,
    private readonly clock: Clock,
  ) {}

  recognizes(proof: Proof): boolean {
    return OneTimeCode.safeParse(proof).success;
  }

  async match({ proof, factorId = null, ...owner }: PresentedProof): Promise<Match> {
    const decoy = this.decoys.for(owner.tenantId, owner.userId);
    return this.secrets.match(await this.factors.active({ ...owner, factorId }, decoy), codeIn(proof));
  }

  async matchPending({ tenantId, userId, id, proof }: PresentedPendingProof): Promise<Match> {
    const key = { tenantId, userId, id, now: this.clock.now() };
    return this.secrets.match(await this.factors.pending(key, this.decoys.for(tenantId, userId)), codeIn(proof));
  }
}
