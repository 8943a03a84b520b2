// Sends or withholds one code, after the response. So no client learns whether there is a phone, whether its number is
// at risk, or whether the transport works.
import { Injectable } from '@nestjs/common';
import type { StoredPhoneSettings } from '../../phones/settings/phone-settings.policy.js';
import { PhoneSettingsService } from '../../phones/settings/phone-settings.service.js';
import { Clock, dateAt } from '../../platform/clock/clock.js';
import { newUuid } from '../../platform/crypto/type-id.js';
import { SendLimits } from './send-limits.js';
import { Composer } from './composer.js';
import { isInTime, isWithheld, SECONDS_TO_NEXT, TRIES, type OutgoingCode, type Withheld } from './message.policy.js';
import { MessageRepository, type TakenMessage } from './message.repository.js';
import { MessageTransports } from './message-transports.js';

@Injectable()
export class Messenger {
  constructor(
    private readonly messages: MessageRepository,
    private readonly settings: PhoneSettingsService,
    private readonly composer: Composer,
    private readonly limits: SendLimits,
    private readonly transports: MessageTransports,
    private readonly clock: Clock,
  ) {}

  // SECURITY(T-38): a withheld code, or one without a phone, takes the same path, without the sending.
  async handle(taken: TakenMessage): Promise<void> {
    if (taken.status === 'ended') return this.settle(taken);
    const settings = await this.settings.of(taken.tenantId);
    const code = this.outgoingCodeOf(taken, settings);
    if (taken.status === 'charged') return this.finish(taken, code, settings);
    const limited = await this.limits.check(taken, code, settings);
    if (limited.waitMs > 0) return this.wait(taken, limited.waitMs, 'code_limit');
    await this.messages.counted(taken, limited.block, !isWithheld(limited.code));
    return this.finish(taken, limited.code, settings);
  }

  private outgoingCodeOf(taken: TakenMessage, settings: StoredPhoneSettings): OutgoingCode {
    const message = this.composer.compose(taken);
    if (message === null) return { reason: 'no_phone' };
    if (settings.via === null) return { reason: 'phones_off' };
    if (!taken.isAdmitted) return { reason: 'code_limit' };
    if (!isInTime(taken, this.clock.nowMs())) return { reason: 'transport_failed' };
    return message;
  }

  private async finish(taken: TakenMessage, code: OutgoingCode, settings: StoredPhoneSettings): Promise<void> {
    if (isWithheld(code)) return this.end(taken, code);
    const outcome = await this.transports.deliver(code, settings);
    if (outcome === 'taken') return this.end(taken);
    // The transport's circuit breaker is open: it was not called.
    if (outcome === 'resting') return this.wait(taken, SECONDS_TO_NEXT * 1_000, 'transport_failed');
    if (taken.tries >= TRIES) return this.end(taken, { reason: 'transport_failed' });
  }

  private async settle(taken: TakenMessage): Promise<void> {
    await this.limits.settle(taken);
    await this.messages.forget(taken);
  }

  /** Later, if there is still time. */
  private wait(taken: TakenMessage, waitMs: number, reason: Withheld['reason']): Promise<void> {
    const nowMs = this.clock.nowMs();
    if (!isInTime(taken, nowMs, waitMs)) return this.end(taken, { reason });
    return this.messages.postpone(taken, dateAt(nowMs + waitMs));
  }

  private end(taken: TakenMessage, withheld?: Withheld): Promise<void> {
    return this.messages.end(taken, { now: this.clock.now(), eventId: newUuid(this.clock) }, withheld);
  }
}
