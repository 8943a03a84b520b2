// Phones as a factor method: a code by text message, bound to its challenge. The weakest method (SP 800-63B-4 §3.2.9: a
// restricted authenticator): never alone, and never for a factor change.
import { Injectable } from '@nestjs/common';
import { SixDigits } from '../../contract/six-digits.dto.js';
import type { Transaction } from '../../platform/database/database.js';
import { Messages } from '../../phones/messages/messages.js';
import { Phones } from '../../phones/phones.js';
import { PhoneSettingsService } from '../../phones/settings/phone-settings.service.js';
import { NO_STEP } from '../../users/attempts/attempt.statement.js';
import { Decoys } from '../../users/decoys.js';
import type {
  Asked,
  Confirmable,
  FactorMethod,
  Match,
  PresentedProof,
  PresentedPendingProof,
  Proof,
  ReadsTypedCode,
  SendsChallenge,
  SentChallenge,
  StartsChallenge,
} from '../factor-method.js';
import { ANSWER_CODE, CONFIRM_PHONE } from './phone-attempts.statement.js';
import type { SentCode } from './phone-proof.js';

const UNCOUNTED = 0;

@Injectable()
export class PhoneMethod implements FactorMethod, Confirmable, StartsChallenge, SendsChallenge, ReadsTypedCode {
  readonly type = 'phone';
  // RFC 8176 §2.
  readonly amr = ['sms'];
  readonly acr = 'urn:countersign:acr:restricted';
  readonly allowsStepUp = false;
  readonly standsAlone = false;
  readonly attempt = ANSWER_CODE;
  readonly confirmation = CONFIRM_PHONE;
  // SECURITY(T-39): each message costs money. Counted for users without a phone too, and over all clients.
  readonly openings = { pending: 5, opened: 5, windowMs: 10 * 60_000 };
  readonly isResendable = true;

  constructor(
    private readonly phones: Phones,
    private readonly messages: Messages,
    private readonly settings: PhoneSettingsService,
    private readonly decoys: Decoys,
  ) {}

  recognizes(proof: Proof): boolean {
    return isSentCode(proof);
  }

  /** Without a challenge of a phone, six digits are an authenticator's. */
  typed(code: string): Proof | null {
    return SixDigits.safeParse(code).success ? { sentCode: code } : null;
  }

  /** @throws Problem `phones_off`. */
  async begin({ tenantId }: Asked): Promise<Record<string, never>> {
    await this.settings.mustBeOn(tenantId);
    return {};
  }

  // SECURITY(T-40): one row is written, whether or not the user has a phone.
  async send(transaction: Transaction, { id, ...challenge }: SentChallenge): Promise<void> {
    const { tenantId, clientId, userId, expiresAt, endUserAddress } = challenge;
    const asked = { tenantId, clientId, userId, subjectId: id, expiresAt, endUserAddress };
    await this.messages.queue(transaction, { ...asked, purpose: 'challenge' });
  }

  async match({ proof, challenge, factorId = null, ...owner }: PresentedProof): Promise<Match> {
    if (!isSentCode(proof)) throw new Error('BUG: a phone can only prove a code that was sent to it');
    const decoy = this.decoys.for(owner.tenantId, owner.userId);
    if (challenge === undefined) throw new Error('BUG: a code can only be sent for a challenge');
    const found = await this.phones.challenged({ ...owner, factorId, challengeId: challenge.id }, proof.sentCode);
    if (found.factorId === null) return { subject: { ...decoy, isDecoy: true }, step: NO_STEP };
    const subject = { ...owner, factorId: found.factorId, isDecoy: false };
    return { subject, step: found.isRight ? UNCOUNTED : NO_STEP };
  }

  async matchPending({ proof, tenantId, userId, id }: PresentedPendingProof): Promise<Match> {
    if (!isSentCode(proof)) throw new Error('BUG: a phone can only be confirmed by a code that was sent to it');
    const decoy = this.decoys.for(tenantId, userId);
    const { numberIndex, isRight } = await this.phones.pending({ tenantId, userId, factorId: id }, proof.sentCode);
    const values = { number_index: numberIndex, phone_mac: null };
    if (numberIndex === null) return { subject: { ...decoy, isDecoy: true }, step: NO_STEP, values };
    const subject = { tenantId, userId, factorId: id, isDecoy: false };
    const becomes = (at: Date) => ({
      phone_mac: this.phones.confirmedMac({ tenantId, userId, factorId: id }, numberIndex, at),
    });
    return { subject, step: isRight ? UNCOUNTED : NO_STEP, values, bound: becomes };
  }
}

function isSentCode(proof: Proof): proof is SentCode {
  return typeof proof !== 'string' && 'sentCode' in proof;
}
