// Hands a code to the tenant's backend, which sends it in its own way: a signed message (Standard Webhooks). Its id is the same at each
// try: a repetition is known by it.
import { Injectable } from '@nestjs/common';
import type { StoredPhoneSettings } from '../../phones/settings/phone-settings.policy.js';
import { PHONE_SECRETS } from '../../phones/settings/phone-settings.repository.js';
import { Clock, dateAt } from '../../platform/clock/clock.js';
import { Sealer } from '../../platform/crypto/sealer.js';
import { webhookHeaders } from '../../platform/crypto/webhook-signature.js';
import { Outbound } from '../../platform/outbound/outbound.js';
import { isTaken } from '../provider-answer.policy.js';
import type { CodeMessage, MessageTransport } from './message-transport.js';

@Injectable()
export class MessageWebhook implements MessageTransport {
  constructor(
    private readonly clock: Clock,
    private readonly sealer: Sealer,
    private readonly outbound: Outbound,
  ) {}

  async deliver(message: CodeMessage, { webhookUrl: url, webhookSecret }: StoredPhoneSettings): Promise<boolean> {
    if (url === null || webhookSecret === null) throw new Error('BUG: a webhook without an address');
    const { id, tenantId, phoneNumber, channel, purpose, code, text, expiresAt } = message;
    const secret = this.sealer.open(webhookSecret, { ...PHONE_SECRETS.webhook, tenantId, rowId: tenantId });
    const nowMs = this.clock.nowMs();
    const data = { messageId: id, phoneNumber, channel, purpose, code, text, expiresAt };
    const body = JSON.stringify({ type: 'phone.code', timestamp: dateAt(nowMs), data });
    const { status } = await this.outbound.send({ url, headers: webhookHeaders(secret, { id, nowMs, body }), body });
    return isTaken(status);
  }
}
