// Opens challenges, without reading anything of the user. A challenge of an unknown user is a row like any other
// (T-04); its answers are verified over a decoy.
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import { isDecidedElsewhere, sendsChallenge, startsChallenge, type OpeningLimit } from '../factors/factor-method.js';
import { FactorMethods } from '../factors/factor-methods.js';
import { Clock, dateAt } from '../platform/clock/clock.js';
import { canonicalJson } from '../platform/crypto/canonical-json.js';
import { fromTypeId, newUuid, toTypeId } from '../platform/crypto/type-id.js';
import { Database, type Transaction } from '../platform/database/database.js';
import { Problem } from '../platform/errors/problem.js';
import { Idempotency } from '../idempotency/idempotency.js';
import type { OpenChallenge, OpenedChallenge } from './challenge.dto.js';
import { CHALLENGE_MS, decideOpening } from './challenge.policy.js';
import { ChallengeRepository, type NewChallenge } from './challenge.repository.js';

export interface Wish extends OpenChallenge {
  readonly idempotencyKey: string | undefined;
}

@Injectable()
export class OpenChallengeService {
  constructor(
    private readonly challenges: ChallengeRepository,
    private readonly methods: FactorMethods,
    private readonly idempotency: Idempotency,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem as `Idempotency.once`; `too_many_requests` if this client disturbed the user too often. */
  async open(call: Call, userId: string, { idempotencyKey, ...body }: Wish): Promise<OpenedChallenge> {
    const challenge = this.made(call, userId, body);
    const { id, type, expiresAt } = challenge;
    // Before any transaction: it may use a database connection of its own.
    const begun = await this.begun(challenge);
    const opened = {
      id: toTypeId('chl', id),
      type,
      status: 'pending',
      expiresAt: expiresAt.toISOString(),
      ...begun,
    } as const;
    const method = this.methods.of(type);
    const sender = sendsChallenge(method) ? method : null;
    const write = async (transaction?: Transaction) => {
      const isWithheld = sender && transaction ? await this.mustBeFew(transaction, challenge, sender.openings) : false;
      await this.challenges.open(challenge, { ...this.openingOf(call, body), isWithheld }, transaction);
      const endUserAddress = body.endUser?.ip;
      // SECURITY(T-51): charged even if withheld. Otherwise the rest of the tenant's cap would reveal requests of other
      // clients.
      if (transaction) await sender?.send(transaction, { ...challenge, endUserAddress });
      return opened;
    };
    if (idempotencyKey === undefined)
      return this.revealed(call, await (sender ? this.database.inTransaction(write) : write()));
    const request = { route: 'POST /v1/users/{userId}/challenges', userId, body };
    return this.revealed(call, await this.idempotency.once(call, { key: idempotencyKey, request }, write));
  }

  /** Adds what is derived from the id. It is stored nowhere, not under an idempotency key either. */
  private revealed({ tenantId }: Call, opened: OpenedChallenge): OpenedChallenge {
    const id = fromTypeId('chl', opened.id);
    const method = this.methods.of(opened.type);
    return id !== null && isDecidedElsewhere(method) ? { ...opened, ...method.reveal(tenantId, id) } : opened;
  }

  /**
   * The limits of this client.
   * @returns whether the challenge is withheld, because all clients together have reached the limit.
   */
  private async mustBeFew(transaction: Transaction, challenge: NewChallenge, limit: OpeningLimit): Promise<boolean> {
    const recent = await this.challenges.recent(transaction, challenge, limit);
    const { clientId, createdAt: now } = challenge;
    const { waitMs, isWithheld } = decideOpening(recent, limit, { clientId, now });
    if (waitMs > 0) throw Problem.tooMany(waitMs);
    return isWithheld;
  }

  private made(
    { tenantId, clientId }: Call,
    userId: string,
    { type, factorId, action, nonce, context }: OpenChallenge,
  ) {
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
      context: context === undefined ? null : canonicalJson(context),
      createdAt,
      expiresAt: dateAt(createdAt.getTime() + CHALLENGE_MS),
    } satisfies NewChallenge;
  }

  private async begun({ tenantId, userId, id, type, factorId, ...facts }: NewChallenge) {
    const { action, nonce, context } = facts;
    const asked = { tenantId, userId, factorId, challenge: { id, action, nonce, context } };
    const method = this.methods.of(type);
    return startsChallenge(method) ? method.begin(asked) : {};
  }

  private openingOf({ address, requestId }: Call, { endUser }: OpenChallenge) {
    return { eventId: newUuid(this.clock), address, endUserAddress: endUser?.ip ?? null, requestId };
  }
}
