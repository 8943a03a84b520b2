// Devices as a factor method: the app keeps a key, which signs what its user saw and typed.
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { constantTimeEqual } from '../../platform/crypto/constant-time.js';
import { sha256Text } from '../../platform/crypto/digest.js';
import { readHolderKey } from '../../platform/crypto/public-jwk.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import type { Transaction } from '../../platform/database/database.js';
import { ISSUER } from '../../signing/issuer.js';
import { NO_STEP } from '../../users/attempts/attempt.statement.js';
import { Decoys } from '../../users/decoys.js';
import type {
  ChallengeFacts,
  Confirmable,
  DecidedElsewhere,
  FactorMethod,
  Match,
  PresentedProof,
  PresentedPendingProof,
  Proof,
  SendsChallenge,
  SentChallenge,
} from '../factor-method.js';
import { CONFIRM_DEVICE, DECIDE } from './device-attempts.js';
import { deviceCode } from './registration/device-code.policy.js';
import { isDecision, type DecisionClaims } from './proofs/device-jws.policy.js';
import type { DeviceCode, DeviceDecision } from './proofs/device-proof.js';
import { DeviceRepository } from './device.repository.js';
import { PushQueueRepository } from './push-queue.repository.js';
import { DeviceValues } from './device-values.js';

// A signature counts for each challenge that it signs. The challenge makes sure that it is answered once.
const UNCOUNTED = 0;

@Injectable()
export class DeviceMethod implements FactorMethod, Confirmable, SendsChallenge, DecidedElsewhere {
  readonly type = 'device';
  // RFC 8176 §2: proves possession of a key over another channel than the sign-in. Not `hwk`: it is unknown where the
  // key is stored.
  readonly amr = ['pop', 'mca'];
  // SP 800-63B-4 §3.1.3: not phishing-resistant. A person can be persuaded to type a number.
  readonly acr = 'urn:countersign:acr:out-of-band';
  readonly allowsStepUp = true;
  readonly standsAlone = true;
  readonly attempt = DECIDE;
  readonly confirmation = CONFIRM_DEVICE;
  // SECURITY(T-36): limits push bombing. All clients together can show the owner no more challenges than this.
  readonly openings = { pending: 3, opened: 10, windowMs: 10 * 60_000 };
  // Devices fetch their challenges, so there is nothing to resend.
  readonly isResendable = false;

  constructor(
    private readonly devices: DeviceRepository,
    private readonly values: DeviceValues,
    private readonly pushes: PushQueueRepository,
    private readonly decoys: Decoys,
    private readonly clock: Clock,
    @Inject(ISSUER) private readonly issuer: string,
  ) {}

  recognizes(proof: Proof): boolean {
    return isCode(proof) || isDecided(proof);
  }

  reveal(tenantId: string, challengeId: string): { matchCode: string } {
    return { matchCode: this.values.matchCode(tenantId, challengeId) };
  }

  async send(transaction: Transaction, challenge: SentChallenge): Promise<void> {
    await this.pushes.queue(transaction, challenge);
  }

  /** An approval by the device `factorId`. */
  match({ proof, challenge, factorId, ...owner }: PresentedProof): Promise<Match> {
    if (!isDecided(proof) || challenge === undefined || !factorId)
      throw new Error('BUG: a device can only decide a challenge');
    const subject = { ...owner, factorId, isDecoy: false };
    const isTyped = constantTimeEqual(proof.matchCode ?? '', this.values.matchCode(owner.tenantId, challenge.id));
    const isRight = this.isSigned(proof, { factorId, challenge }) && isTyped;
    return Promise.resolve({ subject, step: isRight ? UNCOUNTED : NO_STEP });
  }

  /** Whether the device signed this decision over this challenge. */
  isSigned(
    { decision, matchCode, signature, key }: DeviceDecision,
    { factorId, challenge }: { factorId: string; challenge: ChallengeFacts },
  ): boolean {
    const { id, action, context } = challenge;
    const expected: DecisionClaims = {
      aud: this.issuer,
      sub: toTypeId('dev', factorId),
      challenge: toTypeId('chl', id),
      action: action ?? undefined,
      context_hash: context === null ? undefined : sha256Text(context),
      match_code: matchCode,
      decision,
    };
    return isDecision(signature, key, expected);
  }

  async matchPending({ proof, ...key }: PresentedPendingProof): Promise<Match> {
    if (!isCode(proof)) throw new Error('BUG: a device can only be confirmed by its code');
    const { tenantId, userId, id } = key;
    const jwk = await this.devices.pendingKey(key, this.clock.now());
    const holder = readHolderKey(jwk);
    if (!holder) return { subject: { ...this.decoys.for(tenantId, userId), isDecoy: true }, step: NO_STEP };
    const isRight = constantTimeEqual(proof.deviceCode, deviceCode(holder.thumbprint, this.values.nonce(tenantId, id)));
    const subject = { tenantId, userId, factorId: id, isDecoy: false };
    return { subject, step: isRight ? UNCOUNTED : NO_STEP };
  }
}

function isCode(proof: Proof): proof is DeviceCode {
  return typeof proof !== 'string' && 'deviceCode' in proof;
}

function isDecided(proof: Proof): proof is DeviceDecision {
  return typeof proof !== 'string' && 'decision' in proof;
}
