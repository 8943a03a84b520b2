// Sends a tenant's backend a signed message: JSON with type, time and data, signed by Standard Webhooks.
import { Injectable } from '@nestjs/common';
import { Clock, dateAt } from '../platform/clock/clock.js';
import { webhookHeaders } from '../platform/crypto/webhook-signature.js';
import { Outbound, type OutgoingAnswer } from '../platform/outbound/outbound.js';

export interface SignedPost {
  readonly url: string;
  readonly secret: Buffer;
  /** TypeID. The same at each try, if the receiver has to recognise a repetition. */
  readonly id: string;
  readonly type: 'phone.code' | 'phone.risk' | 'device.challenge_waiting';
  readonly data: object;
}

/** The serialised body. The same at each try. */
export interface SignedText {
  readonly url: string;
  /** One secret, or two while the receiver changes over. */
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

  /** Returns any answer. @throws as `Outbound.send`. */
  send({ url, secret, id, type, data }: SignedPost): Promise<OutgoingAnswer> {
    const body = JSON.stringify({ type, timestamp: dateAt(this.clock.nowMs()), data });
    return this.sendText({ url, secrets: [secret], id, body });
  }

  /** @throws as `Outbound.send`. */
  sendText({ url, secrets, id, body }: SignedText): Promise<OutgoingAnswer> {
    return this.outbound.send({ url, headers: webhookHeaders(secrets, { id, nowMs: this.clock.nowMs(), body }), body });
  }
}
