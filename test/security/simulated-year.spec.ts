// R-14, T-02, T-03, T-15. Ten attackers guess one user's codes for a year: in parallel, each guess through a challenge of its own, from
// new addresses, over two processes. Some are patient and stay below the stop. Others never pause. The owner signs in every day.
import type { EnrolledUser } from '../support/api.js';
import { Attackers, seeded } from '../support/attackers.js';
import { DAY, MINUTE, Stage } from '../support/stage.js';

const SEED = Number(process.env['YEAR_SEED'] ?? 33_420_546);
/** The suite looks at two months and a few days, `.ci/long` at the year. */
const DAYS = Number(process.env['YEAR_DAYS'] ?? 65);
const WINDOW = 30 * DAY;
/** The most guesses in thirty days that do not stop codes: the patient attackers know the documents. */
const PATIENT = 89;
/** Days in which the others try every hour; enough to be stopped. Then every two weeks, to see whether it still holds. */
const RELENTLESS_DAYS = 9;
const HOUR = 60 * MINUTE;
const random = seeded(SEED);
const say = (line: string) => process.stderr.write(`${line}\n`);

/** The chance that one of so many guesses is right. */
const chance = (guesses: number, each: number) => 1 - (1 - each) ** guesses;

describe('a year of guessing', () => {
  let stage: Stage;
  let attackers: Attackers;

  beforeAll(async () => {
    stage = await Stage.open(2, { TRUSTED_PROXIES: '127.0.0.1' });
    attackers = await Attackers.gather(stage, random);
  });
  afterAll(async () => {
    attackers.disperse();
    await stage.stop();
  });

  /** The owner's browser, which keeps the token of the last success. */
  class Owner {
    private browserToken: string | undefined;
    readonly failed: number[] = [];

    constructor(readonly user: EnrolledUser) {}

    async signIn(day: number): Promise<void> {
      const endUser = { ...(this.browserToken && { browserToken: this.browserToken }), rememberBrowser: true };
      const answer = await stage.post(`/v1/users/${this.user.userId}/verify`, {
        code: stage.right(this.user),
        endUser,
      });
      if (answer.status === 200) this.browserToken = (answer.json() as { browserToken: string }).browserToken;
      else this.failed.push(day);
    }
  }

  /** All ten in parallel, with codes that are wrong, so that no lucky hit ends the year. */
  const strike = (user: EnrolledUser) =>
    attackers.guess(stage.wrong(user, attackers.count).map((code) => ({ userId: user.userId, code })));

  /** When guesses were checked against the secret. */
  const judged = async ({ userId }: EnrolledUser): Promise<number[]> => {
    const text = "SELECT at FROM audit_events WHERE user_id = $1 AND reason = 'wrong_code' ORDER BY at";
    return (await stage.service.sql<{ at: Date }>(text, [userId])).map(({ at }) => at.getTime());
  };

  const mostInWindow = (times: readonly number[]) =>
    Math.max(
      0,
      ...times.map((start, first) => times.filter((at, index) => index >= first && at < start + WINDOW).length),
    );

  interface Day {
    readonly number: number;
    readonly startMs: number;
    /** How many guesses the patient may still make without the stop. */
    readonly left: number;
  }

  /** Everything that happens on one day: the owners sign in, then the attackers try hour by hour, for the longest lock is an hour. */
  async function pass({ number, startMs, left }: Day, patient: Owner, relentless: Owner): Promise<void> {
    await stage.at(startMs + 9 * HOUR);
    await Promise.all([patient.signIn(number), relentless.signIn(number)]);
    if (number >= RELENTLESS_DAYS && number % 15 === 0) await strike(relentless.user);
    for (let hour = 10; hour < Math.min(24, 10 + left); hour += 1) {
      await stage.at(startMs + hour * HOUR);
      await strike(patient.user);
      if (number < RELENTLESS_DAYS) await strike(relentless.user);
    }
  }

  it('lets at most 100 codes in any 30 days count, and the owner in on every day', async () => {
    const [patient, relentless] = [new Owner(await stage.user('patient')), new Owner(await stage.user('relentless'))];
    const beginning = stage.nowMs;
    let spent: number[] = [];
    for (let number = 0; number < DAYS; number += 1) {
      const startMs = beginning + number * DAY;
      // Before the first lock there are four more than one an hour.
      const left = PATIENT - spent.filter((at) => at > startMs - WINDOW).length - (number === 0 ? 4 : 0);
      await pass({ number, startMs, left }, patient, relentless);
      if (left > 0) spent = await judged(patient.user);
    }
    const [slow, fast] = [await judged(patient.user), await judged(relentless.user)];
    say(`${DAYS} days, seed ${SEED}: patient: ${slow.length} guesses counted, most in 30 days ${mostInWindow(slow)}`);
    say(`relentless: ${fast.length} guesses counted, most in 30 days ${mostInWindow(fast)}`);
    say(
      `bound: a month 1-(1-3e-6)^100 = ${chance(100, 3e-6).toExponential(3)}, a year of 1,300 = ${chance(1_300, 3e-6).toExponential(3)}`,
    );
    say(`from what was counted: a year ${chance(slow.length, 3e-6).toExponential(3)}`);
    // 89 in every window of thirty days that has begun.
    expect(slow.length).toBeGreaterThan(84 * Math.floor(DAYS / 30));
    expect(slow.length).toBeLessThanOrEqual(90 * Math.ceil(DAYS / 30));
    // The last ten of a hundred are for the browsers in which the owners were.
    for (const times of [slow, fast]) expect(mostInWindow(times)).toBeLessThanOrEqual(90);
    expect(mostInWindow(fast)).toBe(90);
    expect([patient.failed, relentless.failed]).toEqual([[], []]);
  }, 300_000);
});
