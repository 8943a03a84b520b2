// Short attacks on the guards of phones, like the ones in guard-probes.ts.
import { createHash } from 'node:crypto';
import { call } from './api.js';
import type { Probe, Target } from './guard-probes.js';
import { numberAt } from './phones.js';

/** A different number in each run. */
function numberOf({ run }: Target): string {
  return numberAt(createHash('sha256').update(run).digest().readUInt16BE());
}

async function expectStatus({ url, tokenForPhones: token }: Target, path: string, body: object, status: number) {
  const answer = await call(url, { path, token, body });
  if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}`);
}

export const PHONE_PROBES = {
  'a phone without a proof': (target) => {
    const body = { phoneNumber: numberOf(target), channel: 'sms' };
    return expectStatus(target, `/v1/users/bare-${target.run}/phones`, body, 403);
  },
  'a fourth look-up of a number': async (target) => {
    for (const status of [202, 202, 202, 429])
      await expectStatus(target, '/v1/blind-lookups', { phoneNumber: numberOf(target) }, status);
  },
  'a look-up that is turned off': (target) =>
    expectStatus(target, '/v1/phone-lookups', { phoneNumber: numberOf(target) }, 403),
} as const satisfies Record<string, Probe>;
