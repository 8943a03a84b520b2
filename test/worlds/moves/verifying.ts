import fc from 'fast-check';
import type { Attacker } from '../attacker.js';
import { again, drawn, from, idOf, ip, isRight, place, times, user, WRONG, type Weighted } from './move.js';

interface Opened {
  readonly user: string;
  readonly type: string;
  readonly ip: string | null;
}

export async function openChallenge(attacker: Attacker, about: Opened): Promise<void> {
  const body = { type: about.type, ...from(about.ip) };
  const id = idOf(await attacker.ask({ path: `/v1/users/${about.user}/challenges`, body }));
  if (id !== null) attacker.challenges.push({ id, of: about.user });
}

const type = fc.constantFrom('phone', 'phone', 'phone', 'device', 'totp', 'recovery_codes');

export const VERIFYING: Weighted = [
  [
    8,
    drawn('open challenges', fc.record({ user, type, times, ip }), (attacker, about) =>
      again(about.times, () => openChallenge(attacker, about)),
    ),
  ],
  [
    2,
    drawn('look at a challenge', place, async (attacker, back) => {
      const held = attacker.challenges.at(-1 - back);
      if (held) await attacker.ask({ path: `/v1/challenges/${held.id}` });
    }),
  ],
  [
    2,
    drawn('send a challenge again', place, async (attacker, back) => {
      const held = attacker.challenges.at(-1 - back);
      if (held) await attacker.ask({ method: 'POST', path: `/v1/challenges/${held.id}/resend` });
    }),
  ],
  [
    3,
    drawn('answer a challenge', fc.record({ place, isRight }), async (attacker, drawnOf) => {
      const held = attacker.challenges.at(-1 - drawnOf.place);
      if (held === undefined) return;
      const code = (drawnOf.isRight ? attacker.totp(held.of) : null) ?? WRONG;
      await attacker.ask({ path: `/v1/challenges/${held.id}/answer`, body: { code } });
    }),
  ],
  [
    3,
    drawn('verify', fc.record({ user, isRight, times }), (attacker, about) =>
      again(about.times, () => {
        const code = (about.isRight ? attacker.totp(about.user) : null) ?? WRONG;
        return attacker.ask({ path: `/v1/users/${about.user}/verify`, body: { code } });
      }),
    ),
  ],
];
