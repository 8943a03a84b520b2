// `POST /v1/users/{userId}/phone-match`: for all pairs that are answered with `false`, time must not show the reason.
// The reference is a user with a phone, asked about an unregistered number.
import type { Stage } from '../support/stage.js';
import type { Aftermath, Asked, Classes, Endpoint } from './endpoint.js';
import { idsOf, signIns } from './members.js';
import { PhonePeople, type PhoneKinds } from './phone-people.js';
import { keepPhones, restorePhones, strayAnswers, strayPhones } from './phone-state.js';
import type { Members } from './plan.js';

const KINDS: PhoneKinds = {
  held: { as: 'reference', phone: 'active' },
  twin: { as: 'reference', phone: 'active' },
  pending: { as: 'other', phone: 'pending' },
  removed: { as: 'other', phone: 'removed' },
  // Each is asked about the number of the next one.
  crossed: { as: 'other', phone: 'active' },
  abroad: { as: 'other', phone: 'active' },
  foreign: { as: 'other', phone: 'active', isForeign: true },
};

export const phoneMatch: Endpoint = {
  name: 'phone-match',
  route: 'POST /v1/users/{userId}/phone-match',
  status: 200,
  reference: 'another number of a user with a phone',
  prepare,
  load: signIns,
  keep: keepPhones,
  restore: restorePhones,
  strays,
};

async function prepare(stage: Stage, members: Members): Promise<Classes> {
  const people = await PhonePeople.of(stage, members, KINDS);
  const own = await people.askFirst(({ userId, phoneNumber }) => asking(userId, phoneNumber));
  if (own.text !== '{"match":true}') throw new Error(`a user’s own number is answered with ${own.text}`);
  const { other, reference } = members;
  const of = (kind: string) => people.of(kind).map(({ userId }) => userId);
  const numbersOf = (kind: string) => people.of(kind).map(({ phoneNumber }) => phoneNumber);
  const [first = '', ...rest] = numbersOf('crossed');
  const classOf = (name: string, userIds: readonly string[], numbers: readonly string[]) => ({
    name,
    requests: userIds.map((userId, index) => asking(userId, numbers[index] ?? '')),
  });
  return {
    reference: classOf('unregistered number', of('held'), people.free(reference)),
    twin: classOf('unregistered number, others', of('twin'), people.free(reference)),
    others: [
      classOf('unknown user', idsOf('unknown', other), people.free(other)),
      classOf('pending phone', of('pending'), numbersOf('pending')),
      classOf('phone removed', of('removed'), numbersOf('removed')),
      classOf("another user's number", of('crossed'), [...rest, first]),
      classOf("another tenant's user and number", of('foreign'), numbersOf('foreign')),
      classOf('blocked country', of('abroad'), people.blocked(other)),
    ],
  };
}

async function strays({ owner, stage, classes }: Aftermath): Promise<string[]> {
  const all = [classes.reference, classes.twin, ...classes.others];
  const isFalse = async ({ path, body }: Asked) => (await stage.post(path, body)).text === '{"match":false}';
  return [...(await strayAnswers(all, isFalse)), ...(await strayPhones(owner, KINDS))];
}

function asking(userId: string, phoneNumber: string): Asked {
  return { path: `/v1/users/${userId}/phone-match`, body: { phoneNumber } };
}
