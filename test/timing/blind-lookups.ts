// `POST /v1/blind-lookups`: the time of the first request must not show whether a number is registered. The reference
// is a confirmed number, which gets a code.
import type { Stage } from '../support/stage.js';
import type { Aftermath, Asked, Classes, Endpoint } from './endpoint.js';
import { signIns } from './members.js';
import { deskOf, PhonePeople, type PhoneKinds } from './phone-people.js';
import { keepPhones, restorePhones, strayPhones } from './phone-state.js';
import type { Members } from './plan.js';

const KINDS: PhoneKinds = {
  held: { as: 'reference', phone: 'active' },
  twin: { as: 'reference', phone: 'active' },
  pending: { as: 'other', phone: 'pending' },
  removed: { as: 'other', phone: 'removed' },
  foreign: { as: 'other', phone: 'active', isForeign: true },
};

export const blindLookups: Endpoint = {
  name: 'blind-lookups',
  route: 'POST /v1/blind-lookups',
  status: 202,
  reference: 'a registered number',
  prepare,
  load: signIns,
  keep: keepPhones,
  restore: restorePhones,
  strays,
};

/** A request that follows immediately: the worker's task for a phone must not show in its time. */
export const blindLookupsNext: Endpoint = {
  ...blindLookups,
  name: 'blind-lookups-next',
  route: 'the request after POST /v1/blind-lookups',
  next: { path: '/v1/users/somebody-else/factors', status: 200 },
};

async function prepare(stage: Stage, members: Members): Promise<Classes> {
  const people = await PhonePeople.of(stage, members, KINDS);
  await people.askFirst(({ phoneNumber }) => asking(phoneNumber));
  people.mustHaveSent();
  const classOf = (name: string, kind: string) => ({
    name,
    requests: people.of(kind).map(({ phoneNumber }) => asking(phoneNumber)),
  });
  return {
    reference: classOf('registered number', 'held'),
    twin: classOf('registered number, others', 'twin'),
    others: [
      { name: 'unregistered number', requests: people.free(members.other).map(asking) },
      classOf('pending phone', 'pending'),
      classOf('phone removed', 'removed'),
      { name: 'blocked country', requests: people.blocked(members.other).map(asking) },
      classOf("another tenant's number", 'foreign'),
    ],
  };
}

/** Codes went to every number of the reference and its twin, and to no other number. */
async function strays({ owner, stage, classes }: Aftermath): Promise<string[]> {
  const sent = new Set((await deskOf(stage)).sent().map(({ phoneNumber }) => phoneNumber));
  const wrong = [classes.reference, classes.twin, ...classes.others].filter(({ requests }, index) =>
    requests.some(({ body }) => sent.has((body as { phoneNumber: string }).phoneNumber) !== index < 2),
  );
  return [
    ...wrong.map(({ name }) => `codes went, or did not go, to the class “${name}”`),
    ...(await strayPhones(owner, KINDS)),
  ];
}

function asking(phoneNumber: string): Asked {
  return { path: '/v1/blind-lookups', body: { phoneNumber } };
}
