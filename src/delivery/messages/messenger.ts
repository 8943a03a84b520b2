// What becomes of one code that is to be sent. Nobody waits for it, and no caller learns of it: whether there is a phone, whether its
// number is at risk, whether the transport is up.
import { Injectable } from '@nestjs/common';
import type { StoredPhoneSettings } from '../../phones/settings/phone-settings.policy.js';
import { PhoneSettingsService } from '../../phones/settings/phone-settings.service.js';
import { Clock, dateAt } from '../../platform/clock/clock.js';
import { newUuid } from '../../platform/crypto/type-id.js';
import { Brakes } from './brakes.js';
import { Composer } from './composer.js';
import { isInTime, SECONDS_TO_NEXT, TRIES } from './message.policy.js';
import { MessageRepository, type TakenMessage, type Withheld } from './message.repository.js';
import type { CodeMessage } from './message-transport.js';
import { MessageTransports } from './message-transports.js';

@Injectable()
export class Messenger {
  constructor(
    private readonly messages: MessageRepository,
    private readonly settings: PhoneSettingsService,
    private readonly composer: Composer,
    private readonly brakes: Brakes,
    private readonly transports: MessageTransports,
    private readonly clock: Clock,
  ) {}

  async handle(taken: TakenMessage): Promise<void> {
    if (taken.status === 'sent') return this.settle(taken);
    const message = this.composer.compose(taken);
    const settings = await this.settings.of(taken.tenantId);
    if (message === null) return this.withhold(taken, { reason: 'no_phone' });
    if (settings.via === null) return this.withhold(taken, { reason: 'phones_off' });
    if (!isInTime(taken, this.clock.nowMs())) return this.withhold(taken, { reason: 'transport_failed' });
    if (taken.status === 'charged') return this.deliver(taken, message, settings);
    const braked = await this.brakes.judge(message, settings);
    if ('withheld' in braked) return this.withhold(taken, braked.withheld);
    if ('waitMs' in braked) return this.wait(taken, braked.waitMs, 'code_limit');
    await this.messages.charged(taken, braked.prefix);
    return this.deliver(taken, message, settings);
  }

  private async deliver(taken: TakenMessage, message: CodeMessage, settings: StoredPhoneSettings): Promise<void> {
    const outcome = await this.transports.deliver(message, settings);
    if (outcome === 'taken') return this.messages.sent(taken, this.event());
    // The transport's breaker is open: it was not tried.
    if (outcome === 'resting') return this.wait(taken, SECONDS_TO_NEXT * 1_000, 'transport_failed');
    if (taken.tries >= TRIES) return this.withhold(taken, { reason: 'transport_failed' });
  }

  private async settle(taken: TakenMessage): Promise<void> {
    await this.brakes.settle(taken);
    await this.messages.forget(taken);
  }

  /** Later, where that is in time; what was withheld is over. */
  private wait(taken: TakenMessage, waitMs: number, reason: Withheld['reason']): Promise<void> {
    const nowMs = this.clock.nowMs();
    if (!isInTime(taken, nowMs, waitMs)) return this.withhold(taken, { reason });
    return this.messages.postpone(taken, dateAt(nowMs + waitMs));
  }

  private withhold(taken: TakenMessage, why: Withheld): Promise<void> {
    return this.messages.withhold(taken, why, this.event());
  }

  private event() {
    return { now: this.clock.now(), eventId: newUuid(this.clock) };
  }
}
