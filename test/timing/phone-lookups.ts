// `POST /v1/phone-lookups`: for numbers that are answered with `false`, time must not show the reason. The reference is
// an unregistered number.
import type { Stage } from '../support/stage.js';
import type { Aftermath, Asked, Classes, Endpoint } from './endpoint.js';
import { signIns } from './members.js';
import { PhonePeople, type PhoneKinds } from './phone-people.js';
import { keepPhones, restorePhones, strayAnswers, strayPhones } from './phone-state.js';
import type { Members } from './plan.js';

const KINDS: PhoneKinds = {
  // No request names these numbers: they only fill the index.
  held: { as: 'other', phone: 'active' },
  pending: { as: 'other', phone: 'pending' },
  removed: { as: 'other', phone: 'removed' },
  foreign: { as: 'other', phone: 'active', isForeign: true },
};

export const phoneLookups: Endpoint = {
  name: 'phone-lookups',
  route: 'POST /v1/phone-lookups',
  status: 200,
  reference: 'an unregistered number',
  prepare,
  load: signIns,
  keep: keepPhones,
  restore: restorePhones,
  strays,
};

async function prepare(stage: Stage, members: Members): Promise<Classes> {
  const people = await PhonePeople.of(stage, members, KINDS);
  const own = await people.askFirst(({ phoneNumber }) => asking(phoneNumber));
  if (own.text !== '{"registered":true}') throw new Error(`a registered number is answered with ${own.text}`);
  const { other, reference } = members;
  const classOf = (name: string, numbers: readonly string[]) => ({ name, requests: numbers.map(asking) });
  const numbersOf = (kind: string) => people.of(kind).map(({ phoneNumber }) => phoneNumber);
  return {
    reference: classOf('unregistered number', people.free(reference)),
    twin: classOf('unregistered number, others', people.free(reference)),
    others: [
      classOf('pending phone', numbersOf('pending')),
      classOf('phone removed', numbersOf('removed')),
      classOf("another tenant's number", numbersOf('foreign')),
      classOf('blocked country', people.blocked(other)),
    ],
  };
}

async function strays({ owner, stage, classes }: Aftermath): Promise<string[]> {
  const all = [classes.reference, classes.twin, ...classes.others];
  const isFalse = async ({ path, body }: Asked) => (await stage.post(path, body)).text === '{"registered":false}';
  return [...(await strayAnswers(all, isFalse)), ...(await strayPhones(owner, KINDS))];
}

function asking(phoneNumber: string): Asked {
  return { path: '/v1/phone-lookups', body: { phoneNumber } };
}
