import fc from 'fast-check';
import type { Attacker } from '../attacker.js';
import { drawn, idOf, isRight, number, own, place, user, WRONG, type Weighted } from './move.js';

async function enrolPhone(attacker: Attacker, userId: string, phoneNumber: string): Promise<void> {
  const code = attacker.has('verify') ? attacker.totp(userId) : null;
  const body = { code: code ?? WRONG, action: 'factors.add' };
  const proof = code === null ? null : await attacker.ask({ path: `/v1/users/${userId}/verify`, body });
  const { assertion } = (proof?.status === 200 ? proof.json() : {}) as { assertion?: string };
  const headers: Record<string, string> = assertion === undefined ? {} : { 'step-up': assertion };
  const id = idOf(await attacker.ask({ path: `/v1/users/${userId}/phones`, body: { phoneNumber }, headers }));
  if (id !== null) attacker.phones.push({ id, of: `${userId} ${phoneNumber}` });
}

export const PHONES: Weighted = [
  [
    6,
    drawn('enrol a phone', fc.record({ own, number }), (attacker, about) =>
      enrolPhone(attacker, about.own, about.number),
    ),
  ],
  [
    1,
    drawn('confirm a phone', fc.record({ place, isRight }), async (attacker, drawnOf) => {
      const held = attacker.phones.at(-1 - drawnOf.place);
      if (held === undefined) return;
      const [userId = '', phoneNumber = ''] = held.of.split(' ');
      const code = (drawnOf.isRight ? attacker.codes.get(`enrolment ${phoneNumber}`) : undefined) ?? WRONG;
      await attacker.ask({ path: `/v1/users/${userId}/phones/${held.id}/confirm`, body: { code } });
    }),
  ],
  [
    1,
    drawn('send an enrolment again', place, async (attacker, back) => {
      const held = attacker.phones.at(-1 - back);
      const [userId = ''] = held?.of.split(' ') ?? [];
      if (held) await attacker.ask({ method: 'POST', path: `/v1/users/${userId}/phones/${held.id}/resend` });
    }),
  ],
  [
    1,
    drawn('list phones', user, async (attacker, userId) => {
      await attacker.ask({ path: `/v1/users/${userId}/phones` });
    }),
  ],
];
