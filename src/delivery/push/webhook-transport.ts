import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { webhookHeaders } from '../../platform/crypto/webhook-signature.js';
import { Outbound } from '../../platform/outbound/outbound.js';
import { PushTransport, type PushTarget } from './push-transport.js';
import { pushBody, type Push } from './push.policy.js';

/** A signed message to the tenant's backend (Standard Webhooks). Its id is the challenge's: a repetition is known by it. */
@Injectable()
export class WebhookTransport extends PushTransport {
  constructor(
    private readonly clock: Clock,
    private readonly outbound: Outbound,
  ) {
    super();
  }

  async deliver(push: Push, { url, secret }: PushTarget): Promise<boolean> {
    const nowMs = this.clock.nowMs();
    const body = pushBody(push, nowMs);
    const headers = webhookHeaders(secret, { id: push.challengeId, nowMs, body });
    const { status } = await this.outbound.send({ url, headers, body });
    return status >= 200 && status < 300;
  }
}
