// People who sign in with their authenticator, twice a day, and mistype one code in twelve.
import { totpAt, wrongCode, type EnrolledUser } from '../../test/support/api.js';
import { namesOf, people } from '../people.js';
import type { Random } from '../random.js';
import type { Caller } from '../server/caller.js';
import type { Ground } from '../server/ground.js';
import type { Actor, Tick } from './timeline.js';

const MISTYPED = 1 / 12;

export class SignIns implements Actor {
  approved = 0;
  mistyped = 0;
  /** Right codes that were refused, and wrong ones that were not. */
  wrongly = 0;

  private constructor(
    private readonly caller: Caller,
    private readonly users: readonly EnrolledUser[],
    private readonly random: Random,
  ) {}

  static async of(ground: Ground, caller: Caller, { users, random }: { users: number; random: Random }) {
    return new SignIns(caller, await people({ ground, caller, names: namesOf('person', users) }), random);
  }

  async act({ nowMs, hour }: Tick): Promise<void> {
    if (hour < 7 || hour > 21) return;
    for (const { userId, secret } of this.users)
      if (this.random.isTrue(2 / 30)) await this.signIn(userId, secret, nowMs);
  }

  private async signIn(userId: string, secret: string, nowMs: number): Promise<void> {
    const isMistyped = this.random.isTrue(MISTYPED);
    const code = isMistyped ? wrongCode(secret, nowMs) : totpAt(secret, nowMs);
    const { status } = await this.caller.post(`/v1/users/${userId}/verify`, { code });
    if (isMistyped) this.mistyped += 1;
    else this.approved += 1;
    if (status !== (isMistyped ? 422 : 200)) this.wrongly += 1;
  }
}
