// T-02. The bound of a month says how often 100 guesses hit. With six digits a hit is too rare to be counted. These attackers know all
// but three digits of every right code, so a guess hits with 3 in 1,000. The same bound, with that number in it, is compared with
// what happens to forty users.
import { totpAt, type EnrolledUser } from '../support/api.js';
import { Attackers, seeded } from '../support/attackers.js';
import { DAY, MINUTE, SECOND, Stage } from '../support/stage.js';

const SEED = Number(process.env['ODDS_SEED'] ?? 1_000_003);
/** `.ci/long` guesses at 80. */
const USERS = Number(process.env['ODDS_USERS'] ?? 40);
const SPACE = 1_000;
const STEP = 30 * SECOND;
const random = seeded(SEED);

describe('the odds of guessing', () => {
  let stage: Stage;
  let attackers: Attackers;

  beforeAll(async () => {
    stage = await Stage.open(2, { TRUSTED_PROXIES: '127.0.0.1' });
    attackers = await Attackers.gather(stage, random, 16);
  });
  afterAll(async () => {
    attackers.disperse();
    await stage.stop();
  });

  /** One of 1,000 codes, of which three are right: the instant is one at which three are. */
  function guessOf(user: EnrolledUser): string {
    const drawn = Math.floor(random() * SPACE);
    const shift = [-STEP, 0, STEP][drawn];
    return shift === undefined ? (stage.wrong(user, 1)[0] ?? '') : totpAt(user.secret, stage.nowMs + shift);
  }

  it('are those of the bound, when all but three digits are known', async () => {
    const users: EnrolledUser[] = [];
    for (let number = 0; number < USERS; number += 1) users.push(await stage.user(`odds-${number}`));
    const hit = new Set<string>();
    let guesses = 0;
    // 27 s into a step: the code before, this one and the next are right. An hour between two tries outlasts every lock.
    await stage.later(DAY + 27 * SECOND - 60 * MINUTE);
    for (let round = 0; round < 100; round += 1) {
      await stage.later(60 * MINUTE);
      const left = users.filter(({ userId }) => !hit.has(userId));
      const answers = await attackers.guess(left.map((user) => ({ userId: user.userId, code: guessOf(user) })));
      guesses += left.length;
      left.forEach(({ userId }, index) => answers[index] === '200' && hit.add(userId));
    }
    const expected = 1 - (1 - 3 / SPACE) ** 100;
    const deviation = Math.sqrt(USERS * expected * (1 - expected));
    process.stderr.write(
      `odds, seed ${SEED}: ${hit.size} of ${USERS} users hit within 100 guesses each (${guesses} in all), ` +
        `expected ${(USERS * expected).toFixed(1)} ± ${deviation.toFixed(1)}\n`,
    );
    expect(Math.abs(hit.size - USERS * expected)).toBeLessThan(3 * deviation);
    const [row] = await stage.service.sql<{ most: number }>(
      `SELECT max(n)::int AS most FROM (SELECT count(*) AS n FROM audit_events
       WHERE reason = 'wrong_code' AND user_id LIKE 'odds-%' GROUP BY user_id) AS counted`,
    );
    expect(row?.most).toBeLessThanOrEqual(100);
  });
});
