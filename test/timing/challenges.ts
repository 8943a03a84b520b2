// `POST /v1/users/{userId}/challenges` of the type `phone`: the time to ask for a code must not show whether the user
// has a phone. The reference is a user with a phone, which gets the code.
import type { Stage } from '../support/stage.js';
import type { Aftermath, Asked, Classes, Endpoint } from './endpoint.js';
import { idsOf, signIns } from './members.js';
import { PhonePeople, type PhoneKinds } from './phone-people.js';
import { keepPhones, restorePhones, strayPhones } from './phone-state.js';
import type { Members } from './plan.js';
import { strayReasons } from './user-state.js';

const KINDS: PhoneKinds = {
  held: { as: 'reference', phone: 'active' },
  twin: { as: 'reference', phone: 'active' },
  without: { as: 'other', phone: 'none' },
  pending: { as: 'other', phone: 'pending' },
  removed: { as: 'other', phone: 'removed' },
  foreign: { as: 'other', phone: 'active', isForeign: true },
};

/** The outcome that the worker records for their codes. */
const REASONS = {
  held: 'phone.code_sent',
  twin: 'phone.code_sent',
  unknown: 'no_phone',
  without: 'no_phone',
  pending: 'no_phone',
  removed: 'no_phone',
  foreign: 'no_phone',
};

export const challenges: Endpoint = {
  name: 'challenges',
  route: 'POST /v1/users/{userId}/challenges',
  status: 201,
  reference: 'a user with a phone',
  prepare,
  load: signIns,
  keep: keepPhones,
  restore: restorePhones,
  strays,
};

/** A request that follows immediately: the worker's task for a phone must not show in its time. */
export const challengesNext: Endpoint = {
  ...challenges,
  name: 'challenges-next',
  route: 'the request after POST /v1/users/{userId}/challenges',
  next: { path: '/v1/users/somebody-else/factors', status: 200 },
};

async function prepare(stage: Stage, members: Members): Promise<Classes> {
  const people = await PhonePeople.of(stage, members, KINDS);
  await people.askFirst(({ userId }) => asking(userId));
  people.mustHaveSent();
  const classOf = (name: string, kind: string) => ({
    name,
    requests: people.of(kind).map(({ userId }) => asking(userId)),
  });
  return {
    reference: classOf('user with a phone', 'held'),
    twin: classOf('user with a phone, others', 'twin'),
    others: [
      { name: 'unknown user', requests: idsOf('unknown', members.other).map(asking) },
      classOf('authenticator only', 'without'),
      classOf('pending phone', 'pending'),
      classOf('phone removed', 'removed'),
      classOf("another tenant's user", 'foreign'),
    ],
  };
}

async function strays({ owner }: Aftermath): Promise<string[]> {
  const told = await strayReasons(owner, { action: 'phone.code_%', reasons: REASONS });
  return [...told, ...(await strayPhones(owner, KINDS))];
}

function asking(userId: string): Asked {
  return { path: `/v1/users/${userId}/challenges`, body: { type: 'phone' } };
}
