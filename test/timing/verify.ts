// `POST /v1/users/{userId}/verify`: why a code was refused must not show in how long that took. The reference is a
// wrong code of an enrolled user; everyone else who is refused is compared with it.
import type pg from 'pg';
import { withClient } from '../../bench/postgres.js';
import { addClient } from '../../bench/seed.js';
import { tokenOf, totpAt, type EnrolledUser } from '../support/api.js';
import { MINUTE, type Stage } from '../support/stage.js';
import type { Asked, Classes, Endpoint, TimedClass } from './endpoint.js';
import { enrol, idsOf, lock, open, remove, use } from './members.js';
import type { Members } from './plan.js';
import { keepUsers, restoreUsers, strayReasons } from './user-state.js';

/** Why the audit log says that each was refused, by how their ids begin. */
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
  prepare,
  load: signIns,
  keep: keepUsers,
  restore: restoreUsers,
  strays: (owner) => strayReasons(owner, REASONS),
};

async function prepare(stage: Stage, { other: count, reference }: Members): Promise<Classes> {
  const wrong = (user: EnrolledUser) => stage.wrong(user)[0] ?? '';
  const right = (user: EnrolledUser) => stage.right(user);
  const late = ({ secret }: EnrolledUser) => totpAt(secret, stage.nowMs - 5 * MINUTE);
  const enrolled = (kind: string, size = count) => enrol(stage, idsOf(kind, size));
  return {
    reference: classOf('wrong code', await enrolled('wrong', reference), wrong),
    twin: classOf('wrong code, others', await enrolled('twin', reference), wrong),
    others: [
      { name: 'unknown user', requests: idsOf('unknown', count).map((userId) => asking(userId, '123456')) },
      classOf('locked user', await lock(stage, await enrolled('locked')), right),
      classOf('replayed code', await use(stage, await enrolled('replayed')), right),
      classOf('expired code', await enrolled('expired'), late),
      classOf('pending factor only', await open(stage, idsOf('pending', count)), right),
      classOf('factor removed', await remove(stage, await enrolled('removed')), right),
      classOf("another tenant's user", await enrol(stage, idsOf('foreign', count), await foreignToken(stage)), right),
    ],
  };
}

async function foreignToken(stage: Stage): Promise<string> {
  const add = (owner: pg.Client) => addClient(owner, ['factors:write']);
  return tokenOf(stage.service.url, await withClient(stage.service.databaseUrl, add));
}

/** Right codes of other users. Each is accepted once between two restorations, and then refused as used. */
async function signIns(stage: Stage, count: number): Promise<Asked[]> {
  return (await enrol(stage, idsOf('load', count))).map((user) => asking(user.userId, stage.right(user)));
}

function classOf(name: string, users: readonly EnrolledUser[], codeFor: (user: EnrolledUser) => string): TimedClass {
  return { name, requests: users.map((user) => asking(user.userId, codeFor(user))) };
}

function asking(userId: string, code: string): Asked {
  return { path: `/v1/users/${userId}/verify`, body: { code } };
}
