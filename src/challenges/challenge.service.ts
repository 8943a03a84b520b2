// Opens challenges and shows them. Opening looks at nothing of the user: a challenge of somebody unknown is a row like any
// other (T-04), and answers to it are judged over a decoy.
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import { FactorMethods } from '../factors/factor-methods.js';
import { Clock, dateAt } from '../platform/clock/clock.js';
import { fromTypeId, newUuid, toTypeId } from '../platform/crypto/type-id.js';
import type { Transaction } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import { Idempotency } from '../tenants/idempotency/idempotency.js';
import type { OpenChallenge, OpenedChallenge, ShownChallenge } from './challenge.dto.js';
import { CHALLENGE_MS, statusAt } from './challenge.policy.js';
import { ChallengeRepository, type NewChallenge } from './challenge.repository.js';

export interface Wish extends OpenChallenge {
  readonly idempotencyKey: string | undefined;
}

@Injectable()
export class ChallengeService {
  constructor(
    private readonly challenges: ChallengeRepository,
    private readonly methods: FactorMethods,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem as `Idempotency.once`. */
  async open(call: Call, userId: string, { idempotencyKey, ...body }: Wish): Promise<OpenedChallenge> {
    const challenge = this.made(call, userId, body);
    const { id, type, expiresAt } = challenge;
    // Before any transaction: it may ask the database on a connection of its own.
    const begun = await this.begun(challenge);
    const opened = {
      id: toTypeId('chl', id),
      type,
      status: 'pending',
      expiresAt: expiresAt.toISOString(),
      ...begun,
    } as const;
    const write = async (transaction?: Transaction) => {
      await this.challenges.open(challenge, this.openingOf(call, body), transaction);
      return opened;
    };
    if (idempotencyKey === undefined) return write();
    const request = { route: 'POST /v1/users/{userId}/challenges', userId, body };
    return this.idempotency.once(call, { key: idempotencyKey, request }, write);
  }

  /** @throws Problem `not_found` for a challenge that is unknown or another client's. */
  async show({ tenantId, clientId }: Call, challengeId: string): Promise<ShownChallenge> {
    const id = fromTypeId('chl', challengeId);
    const challenge = id === null ? null : await this.challenges.find({ tenantId, clientId, id });
    if (challenge === null) throw new Problem('not_found');
    const { type, expiresAt } = challenge;
    const status = statusAt(challenge, this.clock.nowMs());
    return { id: challengeId, type, status, expiresAt: expiresAt.toISOString() };
  }

  private made({ tenantId, clientId }: Call, userId: string, { type, factorId, action, nonce }: OpenChallenge) {
    const createdAt = this.clock.now();
    return {
      tenantId,
      clientId,
      id: newUuid(this.clock),
      userId,
      type,
      factorId: factorId === undefined ? null : fromTypeId('fac', factorId),
      action: action ?? null,
      nonce: nonce ?? null,
      createdAt,
      expiresAt: dateAt(createdAt.getTime() + CHALLENGE_MS),
    } satisfies NewChallenge;
  }

  private async begun({ tenantId, userId, id, type, factorId, action, nonce }: NewChallenge) {
    const asked = { tenantId, userId, factorId, challenge: { id, action, nonce } };
    return (await this.methods.of(type).begin?.(asked)) ?? {};
  }

  private openingOf({ address, requestId }: Call, { endUser }: OpenChallenge) {
    return { eventId: newUuid(this.clock), address, endUserAddress: endUser?.ip ?? null, requestId };
  }
}
