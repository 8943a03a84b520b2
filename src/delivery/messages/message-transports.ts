// Passes a message to the transport of its tenant, unless its circuit breaker is open. The queue makes the second try.
import { Injectable } from '@nestjs/common';
import type { StoredPhoneSettings, TransportName } from '../../phones/settings/phone-settings.policy.js';
import { Clock } from '../../platform/clock/clock.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import { Log } from '../../platform/logging/log.js';
import { Breakers } from './breakers.js';
import type { CodeMessage, MessageTransport } from './message-transport.js';
import { OutboxTransport } from './outbox-transport.js';
import { TwilioTransport } from './twilio-transport.js';
import { MessageWebhook } from './webhook-transport.js';

/** `resting`: the transport was not called. */
export type Delivery = 'taken' | 'failed' | 'resting';

const MOST_BREAKERS = 10_000;

@Injectable()
export class MessageTransports {
  private readonly breakers: Breakers;
  private readonly transports: Readonly<Record<TransportName, MessageTransport>>;

  constructor(
    outbox: OutboxTransport,
    webhook: MessageWebhook,
    twilio: TwilioTransport,
    private readonly log: Log,
    clock: Clock,
  ) {
    this.breakers = new Breakers(MOST_BREAKERS, clock);
    this.transports = { outbox, webhook, twilio };
  }

  /** Never throws. Errors are logged. */
  async deliver(message: CodeMessage, settings: StoredPhoneSettings): Promise<Delivery> {
    const { via } = settings;
    const tenantId = toTypeId('ten', message.tenantId);
    if (via === null) return 'failed';
    const ask = () => this.transports[via].deliver(message, settings);
    try {
      const answer = await this.breakers.guard(`${tenantId} ${via}`, ask);
      if (answer === false) this.log.warn('a transport refused a code', { tenantId });
      return answer === 'resting' ? answer : answer ? 'taken' : 'failed';
    } catch (error) {
      this.log.warn('a code could not be passed to a transport', { tenantId, error });
      return 'failed';
    }
  }
}
