// `POST /v1/users/{userId}/verify`: time must not show why a code was refused. The reference is a wrong code of an
// enrolled user; all other refusals are compared with it.
import { randomInt } from 'node:crypto';
import type pg from 'pg';
import { withClient } from '../../bench/postgres.js';
import { addClient } from '../../bench/seed.js';
import { tokenOf, totpAt, wrongCode, type EnrolledUser } from '../support/api.js';
import { MINUTE, type Stage } from '../support/stage.js';
import type { Asked, Classes, Endpoint, TimedClass } from './endpoint.js';
import { begun, idsOf, lock, remove, signIns, use } from './members.js';
import type { Members } from './plan.js';
import { keepUsers, restoreUsers, strayReasons } from './user-state.js';

/** The reason in the audit log, by the beginning of the user ids. */
const REASONS = {
  wrong: 'wrong_code',
  twin: 'wrong_code',
  expired: 'wrong_code',
  replayed: 'replayed_code',
  locked: 'locked',
  unknown: 'not_enrolled',
  pending: 'not_enrolled',
  removed: 'not_enrolled',
  foreign: 'not_enrolled',
};

export const verify: Endpoint = {
  name: 'verify',
  route: 'POST /v1/users/{userId}/verify',
  status: 422,
  reference: 'a wrong code of an enrolled user',
  prepare,
  load: signIns,
  keep: keepUsers,
  restore: restoreUsers,
  strays: ({ owner }) => strayReasons(owner, { action: 'verification.%', reasons: REASONS }),
};

async function prepare(stage: Stage, { other, reference }: Members): Promise<Classes> {
  const counts = { wrong: reference, twin: reference, expired: other, replayed: other, locked: other, removed: other };
  const token = await foreignToken(stage);
  const users = await begun(stage, [
    ...Object.entries(counts).map(([kind, count]) => ({ kind, count })),
    { kind: 'pending', count: other, isOpenOnly: true },
    { kind: 'foreign', count: other, token },
  ]);
  const of = (kind: string) => users.get(kind) ?? [];
  // Random, as right codes are: one code shared by every request of a class is read faster.
  const wrong = ({ secret }: EnrolledUser) => wrongCode(secret, stage.nowMs, randomInt(1_000_000));
  const right = (user: EnrolledUser) => stage.right(user);
  const late = ({ secret }: EnrolledUser) => totpAt(secret, stage.nowMs - 5 * MINUTE);
  return {
    reference: classOf('wrong code', of('wrong'), wrong),
    twin: classOf('wrong code, others', of('twin'), wrong),
    others: [
      { name: 'unknown user', requests: idsOf('unknown', other).map((userId) => asking(userId, anyCode())) },
      classOf('locked user', await lock(stage, of('locked')), right),
      classOf('replayed code', await use(stage, of('replayed')), right),
      classOf('expired code', of('expired'), late),
      classOf('pending factor only', of('pending'), right),
      classOf('factor removed', await remove(stage, of('removed')), right),
      classOf("another tenant's user", of('foreign'), right),
    ],
  };
}

function anyCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}

async function foreignToken(stage: Stage): Promise<string> {
  const add = (owner: pg.Client) => addClient(owner, ['factors:write']);
  const client = await withClient(stage.service.databaseUrl, add);
  await stage.service.bindRows(['tenants', 'clients', 'client_secrets']);
  return tokenOf(stage.service.url, client);
}

function classOf(name: string, users: readonly EnrolledUser[], codeFor: (user: EnrolledUser) => string): TimedClass {
  return { name, requests: users.map((user) => asking(user.userId, codeFor(user))) };
}

function asking(userId: string, code: string): Asked {
  return { path: `/v1/users/${userId}/verify`, body: { code } };
}
