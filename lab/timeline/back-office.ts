// A back office with a client of its own. Each Monday it checks which of its people have a second factor. On any
// working day it looks at the devices of some people who called. These queries are not followed by a proof, and they
// are no attack.
import type { EnrolledUser } from '../../test/support/api.js';
import type { Random } from '../random.js';
import type { Caller } from '../server/caller.js';
import type { Actor, Tick } from './timeline.js';

const WEEK = 7;
const MONDAY = 0;
const OPENS = 8;
const CLOSES = 18;
const CALLERS_AN_HOUR = 2;

export class BackOffice implements Actor {
  asked = 0;
  refused = 0;

  constructor(
    private readonly caller: Caller,
    private readonly users: readonly EnrolledUser[],
    private readonly random: Random,
  ) {}

  async act({ nowMs, hour, day }: Tick): Promise<void> {
    if (!isOpen(nowMs, hour, day)) return;
    if (day % WEEK === MONDAY && hour === OPENS) for (const { userId } of this.users) await this.ask(userId, 'factors');
    for (let caller = 0; caller < CALLERS_AN_HOUR; caller += 1) {
      const user = this.users[this.random.below(this.users.length)];
      if (user !== undefined) await this.ask(user.userId, 'devices');
    }
  }

  private async ask(userId: string, what: 'factors' | 'devices'): Promise<void> {
    this.asked += 1;
    const { status } = await this.caller.get(`/v1/users/${userId}/${what}`);
    if (status !== 200) this.refused += 1;
  }
}

/** In the first half of each hour, on five days a week. */
function isOpen(nowMs: number, hour: number, day: number): boolean {
  return new Date(nowMs).getUTCMinutes() < 30 && day % WEEK < 5 && hour >= OPENS && hour < CLOSES;
}
