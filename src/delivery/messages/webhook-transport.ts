// Passes a code to the tenant's backend, which sends it. Each try has the same id, so that the backend recognises a
// repetition.
import { Injectable } from '@nestjs/common';
import type { StoredPhoneSettings } from '../../phones/settings/phone-settings.policy.js';
import { PHONE_SECRETS } from '../../phones/settings/phone-settings.repository.js';
import { Sealer } from '../../platform/crypto/sealer.js';
import { isTaken } from '../provider-answer.policy.js';
import { SignedPosts } from '../signed-posts.js';
import type { CodeMessage, MessageTransport } from './message-transport.js';

@Injectable()
export class MessageWebhook implements MessageTransport {
  constructor(
    private readonly sealer: Sealer,
    private readonly posts: SignedPosts,
  ) {}

  async deliver(message: CodeMessage, { webhookUrl: url, webhookSecret }: StoredPhoneSettings): Promise<boolean> {
    if (url === null || webhookSecret === null) throw new Error('BUG: a webhook without an address');
    const { id, tenantId, phoneNumber, channel, purpose, code, text, expiresAt } = message;
    const secret = this.sealer.open(webhookSecret, { ...PHONE_SECRETS.webhook, tenantId, rowId: tenantId });
    const data = { messageId: id, phoneNumber, channel, purpose, code, text, expiresAt };
    const { status } = await this.posts.send({ url, secret, id, type: 'phone.code', data });
    return isTaken(status);
  }
}
