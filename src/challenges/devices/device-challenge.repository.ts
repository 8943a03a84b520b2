// The challenges of a device, and their denial. For approval see decision.statement.ts.
import { Injectable } from '@nestjs/common';
import { eventDetails, FROM_REQUEST, insertEvents } from '../../audit/audit-event.statement.js';
import type { DeviceCall } from '../../contract/caller.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import { Database, type Statement } from '../../platform/database/database.js';
import { named } from '../../platform/database/named-statement.js';
import { decidedAs, WAITS_FOR_DEVICE } from './decision.statement.js';

export interface WaitingChallenge {
  readonly clientId: string;
  readonly id: string;
  readonly action: string | null;
  readonly nonce: string | null;
  /** Canonical JSON (RFC 8785). */
  readonly context: string | null;
  readonly expiresAt: Date;
}

export interface Denial {
  readonly id: string;
  readonly now: Date;
  readonly eventId: string;
}

// As many as can be open at one time. With fewer, a flood could hide the challenge that matters.
const SHOWN = 3;

const WAITING: Statement = {
  name: 'device_challenges',
  text: `
    SELECT id, client_id AS "clientId", action, nonce, context, expires_at AS "expiresAt" FROM challenges
    WHERE tenant_id = $1::uuid AND user_id = $2 AND type = 'device' AND status = 'pending' AND NOT withheld AND expires_at > $4::timestamptz
      AND (factor_id IS NULL OR factor_id = $3::uuid) AND ($5::uuid IS NULL OR id = $5::uuid)
    ORDER BY created_at, id LIMIT ${SHOWN}`,
};

const DENY = named(
  'device_deny',
  `
    WITH held AS (${WAITS_FOR_DEVICE}),
    settled AS (
      ${decidedAs("'denied'")} FROM held WHERE challenges.tenant_id = :caller_tenant::uuid AND challenges.id = held.id
      RETURNING challenges.id, pg_notify(:channel, challenges.id::text)
    )
    ${insertEvents({
      action: 'challenge.denied',
      tenantId: ':caller_tenant::uuid',
      ...FROM_REQUEST,
      userId: ':user::text',
      targetId: 'id',
      details: eventDetails({ deviceId: ':device::text' }),
      from: 'FROM settled',
    })}
    RETURNING target_id`,
);

@Injectable()
export class DeviceChallengeRepository {
  constructor(private readonly database: Database) {}

  waiting({ tenantId, userId, factorId }: DeviceCall, now: Date): Promise<WaitingChallenge[]> {
    return this.database.run<WaitingChallenge>(WAITING, [tenantId, userId, factorId, now, null]);
  }

  /** Null unless it is open for this device. */
  async find({ tenantId, userId, factorId }: DeviceCall, id: string, now: Date): Promise<WaitingChallenge | null> {
    const [row] = await this.database.run<WaitingChallenge>(WAITING, [tenantId, userId, factorId, now, id]);
    return row ?? null;
  }

  /** True the first time. */
  async deny(call: DeviceCall, { id, now, eventId }: Denial, channel: string): Promise<boolean> {
    const rows = await this.database.runNamed(DENY, {
      caller_tenant: call.tenantId,
      challenge: id,
      user: call.userId,
      factor: call.factorId,
      device: toTypeId('dev', call.factorId),
      now: now.toISOString(),
      event: eventId,
      address: call.address,
      request: call.requestId,
      channel,
    });
    return rows.length === 1;
  }
}
