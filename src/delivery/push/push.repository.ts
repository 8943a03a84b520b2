// Challenges whose push message is due. An instance takes a row by moving its next try, so one of two gets it.
import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../../platform/database/database.js';
import { dueRows } from '../queue-take.statement.js';
import type { Room } from '../queue-worker.js';
import { SECONDS_TO_NEXT, TRIES } from './push.policy.js';

export interface TakenPush {
  readonly tenantId: string;
  readonly id: string;
  readonly userId: string;
  readonly expiresAt: Date;
  /** False if the challenge was decided or ended meanwhile. */
  readonly isWaiting: boolean;
  readonly url: string | null;
  readonly sealedSecret: Buffer | null;
  /** Active devices that may decide. Without any, nothing is sent. */
  readonly devices: readonly string[];
}

// SECURITY(T-36): receivers are looked up here, after the response, not when the challenge is opened.
const TAKE: Statement = {
  name: 'push_take',
  text: `
    WITH ${dueRows({ table: 'challenges', dueAt: 'push_due_at' })},
    taken AS (
      UPDATE challenges SET push_tries = push_tries + 1, push_due_at = CASE
          WHEN push_tries + 1 >= ${TRIES} OR status <> 'pending' OR expires_at <= $1::timestamptz THEN NULL
          ELSE $1::timestamptz + make_interval(secs => ${SECONDS_TO_NEXT} * 2 ^ push_tries) END
      FROM due WHERE challenges.tenant_id = due.tenant_id AND challenges.id = due.id
      RETURNING challenges.tenant_id, challenges.id, challenges.user_id, challenges.factor_id, challenges.expires_at, challenges.status
    )
    SELECT taken.tenant_id AS "tenantId", taken.id, taken.user_id AS "userId", taken.expires_at AS "expiresAt",
      taken.status = 'pending' AND taken.expires_at > $1::timestamptz AS "isWaiting",
      tenant.push_url AS url, tenant.push_secret AS "sealedSecret",
      ARRAY(SELECT factor.id FROM factors AS factor
            WHERE factor.tenant_id = taken.tenant_id AND factor.user_id = taken.user_id AND factor.type = 'device'
              AND factor.status = 'active' AND (taken.factor_id IS NULL OR factor.id = taken.factor_id) ORDER BY factor.id)::text[] AS devices
    FROM taken JOIN tenants AS tenant ON tenant.id = taken.tenant_id`,
};

const DELIVERED: Statement = {
  name: 'push_delivered',
  text: 'UPDATE challenges SET push_due_at = NULL WHERE tenant_id = $1::uuid AND id = $2::uuid',
};

@Injectable()
export class PushRepository {
  constructor(private readonly database: Database) {}

  take(now: Date, { slots, slotsOfTenant, busy }: Room): Promise<TakenPush[]> {
    return this.database.run<TakenPush>(TAKE, [now, slots, slotsOfTenant, busy]);
  }

  async delivered({ tenantId, id }: Pick<TakenPush, 'tenantId' | 'id'>): Promise<void> {
    await this.database.run(DELIVERED, [tenantId, id]);
  }
}
