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

@Injectable()
export class SignedPosts {
  constructor(
    private readonly clock: Clock,
    private readonly outbound: Outbound,
  ) {}

  /** Whatever was answered. @throws as `Outbound.send`. */
  send({ url, secret, id, type, data }: SignedPost): Promise<OutgoingAnswer> {
    const nowMs = this.clock.nowMs();
    const body = JSON.stringify({ type, timestamp: dateAt(nowMs), data });
    return this.outbound.send({ url, headers: webhookHeaders(secret, { id, nowMs, body }), body });
  }
}
