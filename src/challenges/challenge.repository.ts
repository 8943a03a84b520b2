// Owner of the table challenges. Answers change rows in challenge.statement.ts.
import { Injectable } from '@nestjs/common';
import { eventDetails, FROM_CLIENT, insertEvents } from '../audit/audit-event.statement.js';
import type { FactorType, OpeningLimit } from '../factors/factor-method.js';
import { dateAt } from '../platform/clock/clock.js';
import { Database, type Statement, type Transaction } from '../platform/database/database.js';
import { named } from '../platform/database/named-statement.js';
import { sweep } from '../platform/database/once.statement.js';
import type { ChallengeState, RecentChallenge } from './challenge.policy.js';

export interface ChallengeKey {
  readonly tenantId: string;
  /** The client that opened it. */
  readonly clientId: string;
  readonly id: string;
}

export interface NewChallenge extends ChallengeKey {
  readonly userId: string;
  readonly type: FactorType;
  readonly factorId: string | null;
  readonly action: string | null;
  readonly nonce: string | null;
  /** Canonical JSON (RFC 8785). */
  readonly context: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface Challenge extends ChallengeState {
  readonly userId: string;
  readonly type: FactorType;
  readonly factorId: string | null;
  readonly action: string | null;
  readonly nonce: string | null;
  readonly context: string | null;
  readonly createdAt: Date;
  /** Set by the decision of a device. */
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly decisionMac: Buffer | null;
}

/** Of the audit event. */
export interface Opening {
  readonly eventId: string;
  readonly address: string;
  readonly endUserAddress: string | null;
  readonly requestId: string;
  /** Nothing is shown or sent: the user has reached the limit. */
  readonly isWithheld: boolean;
}

/** A challenge can be read until this long after its end. */
const SHOWN_MINUTES = 60;

// One statement that reads nothing of the user. So its cost is the same for every user.
const OPEN = named(
  'challenge_open',
  `
    WITH swept AS (${sweep({ table: 'challenges', key: ['tenant_id', 'id'], keptMinutes: SHOWN_MINUTES })}),
    opened AS (
      INSERT INTO challenges (tenant_id, id, client_id, user_id, type, factor_id, action, nonce, context, status, created_at, expires_at, withheld)
      VALUES (:tenant::uuid, :id::uuid, :client::uuid, :user::text, :type::text, :factor::uuid, :action::text, :nonce::text, :context::text, 'pending',
              :now::timestamptz, :end::timestamptz, :withheld::boolean)
      RETURNING id
    )
    ${insertEvents({
      action: 'challenge.created',
      ...FROM_CLIENT,
      userId: ':user::text',
      targetId: 'id',
      endUserAddress: ':end_user_address::text',
      details: `CASE WHEN :withheld::boolean THEN ${eventDetails({ withheld: "'user_limit'" })} END`,
      from: 'FROM opened',
    })}
    RETURNING target_id`,
);

const FIND: Statement = {
  name: 'challenge_find',
  text: `
    SELECT user_id AS "userId", type, factor_id AS "factorId", action, nonce, context, status, answers, created_at AS "createdAt", expires_at AS "expiresAt",
      decided_by AS "decidedBy", decided_at AS "decidedAt", decision_mac AS "decisionMac"
    FROM challenges WHERE tenant_id = $1::uuid AND id = $2::uuid AND client_id = $3::uuid`,
};

@Injectable()
export class ChallengeRepository {
  constructor(private readonly database: Database) {}

  /** Stores the row and its event, within the transaction if one is given. */
  async open(challenge: NewChallenge, opening: Opening, transaction?: Transaction): Promise<void> {
    const { tenantId, clientId, userId, createdAt, expiresAt } = challenge;
    const values = {
      tenant: tenantId,
      id: challenge.id,
      client: clientId,
      user: userId,
      type: challenge.type,
      factor: challenge.factorId,
      action: challenge.action,
      nonce: challenge.nonce,
      context: challenge.context,
      now: createdAt.toISOString(),
      end: expiresAt.toISOString(),
      event: opening.eventId,
      address: opening.address,
      end_user_address: opening.endUserAddress,
      request: opening.requestId,
      withheld: opening.isWithheld,
    };
    await this.database.runNamed(OPEN, values, transaction);
  }

  /**
   * Recent challenges of this type and user, by any client, earliest first. Locks them until the end of the
   * transaction: of parallel requests, each sees the challenges of those before it.
   */
  async recent(
    transaction: Transaction,
    challenge: NewChallenge,
    { windowMs }: OpeningLimit,
  ): Promise<RecentChallenge[]> {
    const { tenantId, userId, type, createdAt } = challenge;
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`openings ${tenantId} ${userId}`}, 0))`;
    const since = dateAt(createdAt.getTime() - windowMs);
    const rows = await transaction.challenge.findMany({
      where: { tenantId, userId, type, createdAt: { gt: since } },
      orderBy: { createdAt: 'asc' },
      select: { clientId: true, withheld: true, status: true, createdAt: true, expiresAt: true },
    });
    return rows.map((row) => ({ ...row, status: row.status as ChallengeState['status'] }));
  }

  /** Null if unknown, another client's, or over for more than an hour. */
  async find({ tenantId, clientId, id }: ChallengeKey): Promise<Challenge | null> {
    const [row] = await this.database.run<Challenge>(FIND, [tenantId, id, clientId]);
    return row ?? null;
  }
}
