// The attacker has the password of one user, or a stolen client with `verify`, and guesses the six digits. First they
// guess in many parallel sessions from changing addresses, then for thirty days after each lock. In 2024 this succeeded
// against Microsoft ("AuthQuake"): each parallel session had ten tries, the tries were not counted together, and no
// alert was raised.
import { wrongCode, type Answer, type EnrolledUser } from '../../test/support/api.js';
import type { Attack, Finding, Scene } from '../attack.js';
import { each, people, theOnly } from '../people.js';
import { Random } from '../random.js';
import { mostWithin } from '../scoring/score.js';
import type { Caller } from '../server/caller.js';
import { eventsOf, kindsSeen, type Event } from '../server/watched.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DAYS = 30;
/** Sessions that are opened beforehand, and guesses that are sent at one instant, in the sessions and without one. */
const SESSIONS = 200;
/** The documented durations of locks from the fifth wrong code on (docs/limits.md); an hour each afterwards. */
const LADDER = [30, 60, 120, 240, 480, 960, 1_920].map((seconds) => seconds * SECOND);
const AT_ONCE = 3;
/** Locks that end after the burst until the hundredth guess, and some more; from then on every guess is refused. */
const LOCKS = 112;
/** Codes that are right at one instant: the previous, the current and the next one. */
const RIGHT_AT_ONCE = 3;

export const totpGuessing: Attack = {
  name: 'totp-guessing',
  title: 'Guessing one-time codes in parallel sessions, for thirty days',
  counted: 'Guesses checked: 5 in parallel, 100 in the month.',
  story:
    'The attacker has the password of one user and guesses the six digits of the authenticator. They open hundreds of sessions and guess in all of them at the same instant from changing addresses. Then they go on for thirty days, with guesses at the end of every lock. ' +
    'In 2024 this succeeded against Microsoft (“AuthQuake”): every session had its own tries, and they were not counted together.',
  run: guess,
};

async function guess(scene: Scene): Promise<Finding[]> {
  const { ground, seed, progress } = scene;
  const random = new Random(seed, totpGuessing.name);
  const tenant = await ground.tenant({ clients: 1, scopes: 'factors:write verify' });
  const caller = ground.caller(theOnly(tenant.clients), () => random.address());
  const [user] = await people({ ground, caller, names: ['ada'] });
  if (user === undefined) throw new Error('no user was enrolled');
  const guesser = new Guesser(scene, caller, user, random);
  await ground.at(ground.nowMs + MINUTE);
  progress('at one instant', 0);
  await guesser.burst();
  const burstSent = guesser.sent;
  const atOnce = mostChecked(await eventsOf(ground, tenant));
  const alerts = new Set(await kindsSeen(ground, tenant));
  await guesser.month();
  for (const kind of await kindsSeen(ground, tenant, guesser.sent)) alerts.add(kind);
  const events = await eventsOf(ground, tenant);
  const checked = mostChecked(events);
  const { sent, unsent, approved } = guesser;
  const seen = { alerts: [...alerts].sort() };
  const chance = ((checked * RIGHT_AT_ONCE) / 1e6).toExponential(1);
  return [
    {
      way: `at one instant, in ${SESSIONS} sessions and without`,
      sent: burstSent,
      gained: atOnce,
      unit: 'guesses checked',
      bound: 5,
      note: 'Counted in the audit log: refusals for a wrong code. All others were refused without a check, and look the same to the attacker.',
      ...seen,
    },
    {
      way: `for ${DAYS} days`,
      sent,
      unsent,
      gained: checked,
      unit: `guesses checked within any ${DAYS} days`,
      bound: 100,
      curve: curveOf(events),
      ...seen,
    },
    {
      way: `for ${DAYS} days`,
      sent,
      unsent,
      gained: approved,
      unit: 'users taken over',
      bound: 0,
      note: `The codes are wrong by construction, so that no run succeeds by luck. With random codes the chance of success would be ${chance}: ${checked} checked guesses, while three of a million codes are right.`,
      ...seen,
    },
  ];
}

class Guesser {
  sent = 0;
  unsent = 0;
  approved = 0;

  constructor(
    private readonly scene: Scene,
    private readonly caller: Caller,
    private readonly user: EnrolledUser,
    private readonly random: Random,
  ) {}

  /** A guess in every session and as many without one, all at the same instant. */
  async burst(): Promise<void> {
    const sessions = await each(Array.from({ length: SESSIONS }), () => this.session());
    await this.together([...sessions, ...sessions.map(() => null)]);
  }

  /** A guess at the end of every lock; after codes are stopped, every sixth hour. */
  async month(): Promise<void> {
    const { ground, isFull, progress } = this.scene;
    const startMs = ground.nowMs;
    for (let round = 0; ground.nowMs < startMs + DAYS * DAY; round += 1) {
      const waitMs = LADDER[round] ?? HOUR;
      const isRare = !isFull && round > LOCKS;
      await ground.at(Math.min(ground.nowMs + (isRare ? 6 * waitMs : waitMs), startMs + DAYS * DAY));
      if (isRare) this.unsent += 5 * AT_ONCE;
      await this.together([await this.session(), ...Array<null>(AT_ONCE - 1).fill(null)]);
      progress(`guessing, day ${Math.floor((ground.nowMs - startMs) / DAY)}`, (ground.nowMs - startMs) / (DAYS * DAY));
    }
  }

  private async session(): Promise<string> {
    const answer = await this.caller.post(`/v1/users/${this.user.userId}/challenges`, { type: 'totp' });
    if (answer.status !== 201) throw new Error(`a session was answered with ${answer.status} ${answer.text}`);
    return (answer.json() as { id: string }).id;
  }

  private async together(sessions: readonly (string | null)[]): Promise<void> {
    const answers = await Promise.all(sessions.map((session) => this.try(session)));
    this.sent += answers.length;
    for (const { status, text } of answers) {
      if (status === 200) this.approved += 1;
      else if (status !== 422) throw new Error(`a guess was answered with ${status} ${text}`);
    }
  }

  private try(session: string | null): Promise<Answer> {
    const code = wrongCode(this.user.secret, this.scene.ground.nowMs, this.random.below(1_000_000));
    const path = session === null ? `/v1/users/${this.user.userId}/verify` : `/v1/challenges/${session}/answer`;
    return this.caller.post(path, { code });
  }
}

const isGuess = ({ action }: Event) => action === 'verification.refused' || action === 'verification.approved';
const isJudged = (event: Event) => isGuess(event) && event.reason === 'wrong_code';

/**
 * The most within any thirty days. The last guess of the month is sent when the first five are thirty days old: they
 * are not counted with it.
 */
function mostChecked(events: readonly Event[]): number {
  return mostWithin(
    events.filter(isJudged).map(({ at }) => Date.parse(at)),
    DAYS * DAY,
  );
}

function curveOf(events: readonly Event[]): { sent: number; gained: number }[] {
  let gained = 0;
  return events
    .filter(isGuess)
    .map((event, index) => ({ sent: index + 1, gained: (gained += isJudged(event) ? 1 : 0) }));
}
