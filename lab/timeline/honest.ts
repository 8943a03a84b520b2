// Applications that ask about their own customers: more by day than by night, mostly about known numbers, sometimes
// about an unknown one. Their users sign in, and mistype. This is no attack, and no application may be stopped for it.
import type { Caller } from '../server/caller.js';
import type { LabTenant } from '../server/ground.js';
import type { Random } from '../random.js';
import type { Actor, Tick } from './timeline.js';

/** Hours of the day, as shares of its look-ups: quiet until six, most between nine and nine. */
const RHYTHM = [1, 1, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 8, 8, 8, 8, 8, 8, 7, 7, 6, 4, 3, 2];
const WHOLE = RHYTHM.reduce((sum, share) => sum + share, 0);
const TICKS_AN_HOUR = 2;
/** The share of questions about a number that was asked about before. */
const AGAIN = 0.3;

export interface HonestOptions {
  readonly tenant: LabTenant;
  readonly callers: readonly Caller[];
  readonly perDay: number;
  /** Share of the numbers that are known. */
  readonly hitRate: number;
  readonly random: Random;
  readonly known: readonly string[];
  readonly unknown: readonly string[];
}

export class HonestApplication implements Actor {
  asked = 0;
  /** Different numbers that were answered, and how many of them were known. */
  numbers = 0;
  hits = 0;
  limited = 0;
  isStopped = false;

  constructor(readonly options: HonestOptions) {}

  async act({ hour }: Tick): Promise<void> {
    const { random, perDay } = this.options;
    const due = random.count((perDay * (RHYTHM[hour] ?? 0)) / WHOLE / TICKS_AN_HOUR);
    for (let asked = 0; asked < due && !this.isStopped; asked += 1) await this.ask();
  }

  private async ask(): Promise<void> {
    const { callers } = this.options;
    const caller = callers[this.asked % callers.length];
    if (caller === undefined) throw new Error('an application has no client');
    const { phoneNumber, isHit, isAgain } = this.next();
    this.asked += 1;
    const { status, text } = await caller.post('/v1/phone-lookups', { phoneNumber });
    if (status === 200) this.note(isHit, isAgain);
    else if (status === 429) this.limited += 1;
    else if (status === 403) this.isStopped = true;
    else throw new Error(`an honest look-up was answered with ${status} ${text}`);
  }

  private note(isHit: boolean, isAgain: boolean): void {
    if (isAgain) return;
    this.numbers += 1;
    if (isHit) this.hits += 1;
  }

  /** A number that was asked about before, or the next known or unknown one. */
  private next() {
    const { random, hitRate, known, unknown } = this.options;
    const isAgain = this.hits > 0 && random.isTrue(AGAIN);
    const isHit = isAgain || random.isTrue(hitRate);
    const place = isAgain ? random.below(this.hits) : isHit ? this.hits : this.numbers - this.hits;
    const phoneNumber = (isHit ? known : unknown)[place];
    if (phoneNumber === undefined) throw new Error('an application has run out of numbers');
    return { phoneNumber, isHit, isAgain };
  }
}
