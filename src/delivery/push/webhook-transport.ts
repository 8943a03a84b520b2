import { Injectable } from '@nestjs/common';
import { isTaken } from '../provider-answer.policy.js';
import { SignedPosts } from '../signed-posts.js';
import { PushTransport, type PushTarget } from './push-transport.js';
import type { Push } from './push.policy.js';

/** A message to the tenant's backend. Its id is the challenge's, so that the backend recognises a repetition. */
@Injectable()
export class WebhookTransport extends PushTransport {
  constructor(private readonly posts: SignedPosts) {
    super();
  }

  async deliver(push: Push, { url, secret }: PushTarget): Promise<boolean> {
    const { challengeId, userId, deviceIds, expiresAt } = push;
    const data = { challengeId, userId, deviceIds, expiresAt };
    const post = { url, secret, id: challengeId, type: 'device.challenge_waiting', data } as const;
    const { status } = await this.posts.send(post);
    return isTaken(status);
  }
}
