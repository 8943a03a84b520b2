// Tells a tenant's backend something that it can check: JSON with type, time and data, signed as Standard Webhooks has it.
import { Injectable } from '@nestjs/common';
import { Clock, dateAt } from '../platform/clock/clock.js';
import { webhookHeaders } from '../platform/crypto/webhook-signature.js';
import { Outbound, type OutgoingAnswer } from '../platform/outbound/outbound.js';

export interface SignedPost {
  readonly url: string;
  readonly secret: Buffer;
  /** TypeID; the same at each try of what is to be known as a repetition. */
  readonly id: string;
  readonly type: 'phone.code' | 'phone.risk' | 'device.challenge_waiting';
  readonly data: object;
}

/** What was put into words before: the same at each try. */
export interface SignedText {
  readonly url: string;
  /** One, or two while the receiver changes over. */
  readonly secrets: readonly Buffer[];
  readonly id: string;
  readonly body: string;
}

@Injectable()
export class SignedPosts {
  constructor(
    private readonly clock: Clock,
    private readonly outbound: Outbound,
  ) {}

  /** Whatever was answered. @throws as `Outbound.send`. */
  send({ url, secret, id, type, data }: SignedPost): Promise<OutgoingAnswer> {
    const body = JSON.stringify({ type, timestamp: dateAt(this.clock.nowMs()), data });
    return this.sendText({ url, secrets: [secret], id, body });
  }

  /** @throws as `Outbound.send`. */
  sendText({ url, secrets, id, body }: SignedText): Promise<OutgoingAnswer> {
    return this.outbound.send({ url, headers: webhookHeaders(secrets, { id, nowMs: this.clock.nowMs(), body }), body });
  }
}
