// Sends a code through Twilio's Messages API (https://www.twilio.com/docs/messaging/api/message-resource). A message
// with an id counts as accepted; its delivery is not checked.
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { StoredPhoneSettings } from '../../phones/settings/phone-settings.policy.js';
import { PHONE_SECRETS } from '../../phones/settings/phone-settings.repository.js';
import { Clock } from '../../platform/clock/clock.js';
import { Sealer } from '../../platform/crypto/sealer.js';
import { Outbound, type OutgoingAnswer } from '../../platform/outbound/outbound.js';
import { isTaken, readAnswer } from '../provider-answer.policy.js';
import type { CodeMessage, MessageTransport } from './message-transport.js';

/** Injection token: the base URL of Twilio's API, without a trailing slash. Specs use a server of their own. */
export const TWILIO_API = Symbol('twilio api');
export const TWILIO_ADDRESS = 'https://api.twilio.com';

// Twilio accepts 1 to 36,000 seconds (error 90007). A message is not sent after its code has expired.
const LONGEST_VALIDITY = 36_000;

const answerSchema = z.object({ sid: z.string().min(1), status: z.string().optional() });
const ENDED = ['failed', 'undelivered', 'canceled'];

@Injectable()
export class TwilioTransport implements MessageTransport {
  constructor(
    private readonly clock: Clock,
    private readonly sealer: Sealer,
    private readonly outbound: Outbound,
    @Inject(TWILIO_API) private readonly api: string,
  ) {}

  async deliver(message: CodeMessage, settings: StoredPhoneSettings): Promise<boolean> {
    const { twilioAccount: account, twilioFrom: from, twilioToken } = settings;
    if (account === null || from === null || twilioToken === null) throw new Error('BUG: Twilio without an account');
    const { tenantId } = message;
    const token = this.sealer.open(twilioToken, { ...PHONE_SECRETS.twilio, tenantId, rowId: tenantId });
    const answer = await this.outbound.send({
      url: `${this.api}/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`,
      headers: { authorization: `Basic ${Buffer.from(`${account}:${token.toString()}`).toString('base64')}` },
      contentType: 'application/x-www-form-urlencoded',
      body: this.form(message, from),
    });
    return isSent(answer);
  }

  private form({ phoneNumber, text, expiresAt }: CodeMessage, from: string): string {
    const seconds = Math.floor((expiresAt.getTime() - this.clock.nowMs()) / 1_000);
    const form = new URLSearchParams({
      To: phoneNumber,
      [from.startsWith('MG') ? 'MessagingServiceSid' : 'From']: from,
      Body: text,
      ValidityPeriod: String(Math.min(Math.max(seconds, 1), LONGEST_VALIDITY)),
    });
    return form.toString();
  }
}

/** The status alone is not trusted: a proxy or captive portal may answer 200 too. */
function isSent({ status, text }: OutgoingAnswer): boolean {
  return isTaken(status) && !ENDED.includes(readAnswer(text, answerSchema).status ?? '');
}
