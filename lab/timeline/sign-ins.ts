// People who sign in with their authenticator twice a day. Their application first asks whether they need a second
// factor, also for people without one. One in twelve mistypes, one in twelve gives up before the code. Newcomers come
// every day.
import { totpAt, wrongCode, type EnrolledUser } from '../../test/support/api.js';
import { namesOf, people } from '../people.js';
import type { Random } from '../random.js';
import type { Caller } from '../server/caller.js';
import type { Ground } from '../server/ground.js';
import type { Actor, Tick } from './timeline.js';

const MISTYPED = 1 / 12;
const GIVEN_UP = 1 / 12;
/** Sign-ins of people without a second factor, for each one of a person with one. */
const WITHOUT = 0.5;
const PEOPLE_WITHOUT = 5_000;

export class SignIns implements Actor {
  approved = 0;
  mistyped = 0;
  givenUp = 0;
  /** Asked about, without a second factor. */
  without = 0;
  /** Refused right codes, accepted wrong codes, and people with a wrong answer. */
  wrongly = 0;

  private constructor(
    private readonly caller: Caller,
    readonly users: readonly EnrolledUser[],
    private readonly random: Random,
  ) {}

  static async of(ground: Ground, caller: Caller, { users, random }: { users: number; random: Random }) {
    return new SignIns(caller, await people({ ground, caller, names: namesOf('person', users) }), random);
  }

  async act({ nowMs, hour }: Tick): Promise<void> {
    if (hour < 7 || hour > 21) return;
    for (const user of this.users) {
      if (!this.random.isTrue(2 / 30)) continue;
      await this.signIn(user, nowMs);
      if (this.random.isTrue(WITHOUT)) await this.signInWithout(`newcomer-${this.random.below(PEOPLE_WITHOUT)}`);
    }
  }

  private async signIn({ userId, secret }: EnrolledUser, nowMs: number): Promise<void> {
    await this.ask(userId, true);
    if (this.random.isTrue(GIVEN_UP)) {
      this.givenUp += 1;
      return;
    }
    const isMistyped = this.random.isTrue(MISTYPED);
    const code = isMistyped ? wrongCode(secret, nowMs) : totpAt(secret, nowMs);
    const { status } = await this.caller.post(`/v1/users/${userId}/verify`, { code });
    if (isMistyped) this.mistyped += 1;
    else this.approved += 1;
    if (status !== (isMistyped ? 422 : 200)) this.wrongly += 1;
  }

  private async signInWithout(userId: string): Promise<void> {
    this.without += 1;
    await this.ask(userId, false);
  }

  private async ask(userId: string, isRequired: boolean): Promise<void> {
    const { status, json } = await this.caller.get(`/v1/users/${userId}/factors`);
    if (status !== 200 || (json() as { mfaRequired: boolean }).mfaRequired !== isRequired) this.wrongly += 1;
  }
}
