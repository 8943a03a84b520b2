// Codes to send, or already sent: the receiver and the outcome. An instance takes a row by moving its next look, so one
// of two gets it.
import { Injectable } from '@nestjs/common';
import { eventDetails, insertEvents } from '../../audit/audit-event.statement.js';
import { hasSoleHolder } from '../../phones/blind/sole-holder.statement.js';
import type { Purpose } from '../../phones/messages/message.statement.js';
import { Database, type Statement } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import { dueRows } from '../queue-take.statement.js';
import type { Room } from '../queue-worker.js';
import { SECONDS_TO_NEXT, type Block, type Withheld } from './message.policy.js';

export interface TakenMessage {
  readonly tenantId: string;
  readonly tenantName: string;
  readonly id: string;
  readonly purpose: Purpose;
  readonly subjectId: string;
  readonly status: 'waiting' | 'charged' | 'ended';
  readonly tries: number;
  readonly expiresAt: Date;
  /** Of an expired code: whether it was accepted. */
  readonly isUsed: boolean;
  readonly prefix: Buffer | null;
  readonly numberIndex: Buffer | null;
  /** Whether the request was within its budgets, and the challenge is not withheld. */
  readonly isAdmitted: boolean;
  /** A blind look-up of a number that has reached the limit of all clients together. */
  readonly isLookupWithheld: boolean;
  /** Null if there is no phone to send it to. */
  readonly userId: string | null;
  readonly factorId: string | null;
  readonly numberSealed: Buffer | null;
}

export interface MessageEvent {
  readonly now: Date;
  readonly eventId: string;
}

const HOLDER = `
      SELECT min(user_id) AS user_id, min(factor_id::text)::uuid AS factor_id, (array_agg(number_sealed))[1] AS number_sealed FROM phones
      WHERE phones.tenant_id = taken.tenant_id AND phones.number_index = lookup.number_index AND lookup.status = 'pending'
      ${hasSoleHolder('$1')}`;

const TAKE: Statement = {
  name: 'message_take',
  text: `
    WITH ${dueRows({ table: 'messages', dueAt: 'due_at' })},
    taken AS (
      UPDATE messages SET tries = tries + 1, due_at = $1::timestamptz + make_interval(secs => ${SECONDS_TO_NEXT})
      FROM due WHERE messages.tenant_id = due.tenant_id AND messages.id = due.id
      RETURNING messages.*
    )
    SELECT taken.tenant_id AS "tenantId", tenant.name AS "tenantName", taken.id, taken.purpose, taken.subject_id AS "subjectId",
      taken.status, taken.tries, taken.expires_at AS "expiresAt", taken.prefix,
      taken.number_index AS "numberIndex", taken.admitted AND challenge.withheld IS NOT TRUE AS "isAdmitted",
      coalesce(lookup.status = 'withheld', false) AS "isLookupWithheld",
      coalesce(challenge.status = 'approved' OR lookup.status = 'answered' OR subject.status = 'active', false) AS "isUsed",
      coalesce(target.user_id, challenge.user_id, subject.user_id) AS "userId", target.factor_id AS "factorId", target.number_sealed AS "numberSealed"
    FROM taken JOIN tenants AS tenant ON tenant.id = taken.tenant_id
      LEFT JOIN challenges AS challenge ON taken.purpose = 'challenge' AND challenge.tenant_id = taken.tenant_id AND challenge.id = taken.subject_id
      LEFT JOIN blind_lookups AS lookup ON taken.purpose = 'blind_lookup' AND lookup.tenant_id = taken.tenant_id AND lookup.id = taken.subject_id
      LEFT JOIN factors AS subject ON taken.purpose = 'enrolment' AND subject.tenant_id = taken.tenant_id AND subject.id = taken.subject_id
      LEFT JOIN LATERAL (
        SELECT phone.user_id, phone.factor_id, phone.number_sealed FROM phones AS phone
        WHERE phone.tenant_id = subject.tenant_id AND phone.factor_id = subject.id AND subject.status = 'pending'
        UNION ALL
        (SELECT phone.user_id, phone.factor_id, phone.number_sealed
         FROM factors AS factor JOIN phones AS phone ON phone.tenant_id = factor.tenant_id AND phone.factor_id = factor.id
         WHERE factor.tenant_id = challenge.tenant_id AND factor.user_id = challenge.user_id AND factor.type = 'phone' AND factor.status = 'active'
           AND challenge.status = 'pending' AND (challenge.factor_id IS NULL OR factor.id = challenge.factor_id)
         ORDER BY factor.activated_at DESC, factor.id DESC LIMIT 1)
        UNION ALL
        (${HOLDER})
      ) AS target ON true`,
};

// A withheld message keeps its row, except for the block. If it is taken again, it is checked again.
const COUNTED: Statement = {
  name: 'message_counted',
  text: `
    UPDATE messages SET status = CASE WHEN $4::boolean THEN 'charged' ELSE status END, prefix = $3::bytea,
      number_index = $5::bytea
    WHERE tenant_id = $1::uuid AND id = $2::uuid`,
};

const POSTPONED: Statement = {
  name: 'message_postponed',
  text: 'UPDATE messages SET tries = tries - 1, due_at = $3::timestamptz WHERE tenant_id = $1::uuid AND id = $2::uuid',
};

const FORGOTTEN: Statement = {
  name: 'message_forgotten',
  text: 'DELETE FROM messages WHERE tenant_id = $1::uuid AND id = $2::uuid',
};

// SECURITY(T-38): no event says whether a blind look-up sent a message, or it would reveal registered numbers. A code
// that was not sent does not count for the block of its number.
const ENDED = named(
  'message_ended',
  `
    WITH ended AS (
      UPDATE messages SET status = 'ended', due_at = expires_at, prefix = CASE WHEN :reason::text = 'transport_failed' THEN NULL ELSE prefix END
      WHERE tenant_id = :tenant::uuid AND id = :id::uuid RETURNING purpose
    )
    ${insertEvents({
      action: { when: ':reason::text IS NULL', then: 'phone.code_sent', otherwise: 'phone.code_withheld' },
      reason: ':reason::text',
      userId: ':user::text',
      targetId: ':factor::uuid',
      details: `jsonb_strip_nulls(${eventDetails({ purpose: 'purpose', demand: ':demand::text' })})`,
      from: "FROM ended WHERE purpose <> 'blind_lookup'",
    })}
    RETURNING target_id`,
);

@Injectable()
export class MessageRepository {
  constructor(private readonly database: Database) {}

  take(now: Date, { slots, slotsOfTenant, busy }: Room): Promise<TakenMessage[]> {
    return this.database.run<TakenMessage>(TAKE, [now, slots, slotsOfTenant, busy]);
  }

  /** A `charged` message is not counted again. */
  async counted({ tenantId, id }: TakenMessage, { prefix, number }: Block, isCharged: boolean): Promise<void> {
    await this.database.run(COUNTED, [tenantId, id, prefix, isCharged, number]);
  }

  /** This look does not count as a try. */
  async postpone({ tenantId, id }: TakenMessage, until: Date): Promise<void> {
    await this.database.run(POSTPONED, [tenantId, id, until]);
  }

  async forget({ tenantId, id }: TakenMessage): Promise<void> {
    await this.database.run(FORGOTTEN, [tenantId, id]);
  }

  /** Sent or withheld. The row now waits for its expiry. */
  async end({ tenantId, id, userId, factorId }: TakenMessage, event: MessageEvent, withheld?: Withheld): Promise<void> {
    await this.database.runNamed(ENDED, {
      tenant: tenantId,
      id,
      user: userId,
      factor: factorId,
      now: event.now.toISOString(),
      event: event.eventId,
      reason: withheld?.reason ?? null,
      demand: withheld?.demand ?? null,
    });
  }
}
