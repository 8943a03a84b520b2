// The attacker sees a one-time code while it is typed, over a shoulder or through a relaying page. They use it many
// times at the same moment as its owner, or a little later while the clock still allows it. Services that store no
// step, or check first and write afterwards, have accepted both.
import { totpAt, type Answer, type EnrolledUser } from '../../test/support/api.js';
import type { Attack, Finding, Scene } from '../attack.js';
import { each, namesOf, people, theOnly } from '../people.js';
import { Random } from '../random.js';
import type { Caller } from '../server/caller.js';
import { kindsSeen } from '../server/watched.js';

const STEP_MS = 30_000;
/** One second before the code expires by the clock: its step and one step of delay. */
const LATE_MS = 59_000;
const SOON_MS = 29_000;
const ROUNDS = 5;
const AT_ONCE = 200;

export const totpReplayRace: Attack = {
  name: 'totp-replay-race',
  title: 'One right code, used two hundred times in parallel and again later',
  counted: 'Approvals of the code: 1.',
  story:
    'The attacker sees a right code while its owner types it. They send it at the same moment, two hundred times from changing addresses, half of them in sessions of their own. Then they send it again 29 and 59 seconds later, while the clock would still allow it. ' +
    'RFC 6238 demands that a code counts once. Many services check first and write later, and a race defeats that.',
  run: race,
};

async function race({ ground, seed, progress }: Scene): Promise<Finding[]> {
  const random = new Random(seed, totpReplayRace.name);
  const tenant = await ground.tenant({ clients: 1, scopes: 'factors:write verify' });
  const caller = ground.caller(theOnly(tenant.clients), () => random.address());
  const users = await people({ ground, caller, names: namesOf('owner', ROUNDS) });
  const approvals: Approvals[] = [];
  for (const [index, user] of users.entries()) {
    progress(`round ${index + 1} of ${ROUNDS}`, index / ROUNDS);
    // The first instant of the step after the next: its code is fresh.
    await ground.at((Math.floor(ground.nowMs / STEP_MS) + 2) * STEP_MS);
    approvals.push(await roundOf(caller, user, ground));
  }
  const alerts = await kindsSeen(ground, tenant);
  const most = (pick: (round: Approvals) => number) => Math.max(...approvals.map(pick));
  const unit = 'approvals of one code';
  const note = `The most of ${ROUNDS} users.`;
  const [atOnce, later] = [ROUNDS * AT_ONCE, (ROUNDS * AT_ONCE) / 2];
  return [
    {
      way: 'two hundred times at one instant',
      sent: atOnce,
      gained: most((one) => one.atOnce),
      unit,
      bound: 1,
      note,
      alerts,
    },
    { way: 'again 29 seconds later', sent: later, gained: most((one) => one.soon), unit, bound: 0, note, alerts },
    {
      way: 'again 59 seconds later, a second before it ends',
      sent: later,
      gained: most((one) => one.late),
      unit,
      bound: 0,
      note: `${note} The owner’s next code is accepted each time: only the replays were refused.`,
      alerts,
    },
  ];
}

interface Approvals {
  readonly atOnce: number;
  readonly soon: number;
  readonly late: number;
}

async function roundOf(caller: Caller, user: EnrolledUser, ground: Scene['ground']): Promise<Approvals> {
  const startMs = ground.nowMs;
  const code = totpAt(user.secret, startMs);
  const atOnce = await sentAtOnce(caller, { user, code, count: AT_ONCE });
  if (atOnce === 0) throw new Error('a right code was never accepted');
  await ground.at(startMs + SOON_MS);
  const soon = await sentAtOnce(caller, { user, code, count: AT_ONCE / 2 });
  await ground.at(startMs + LATE_MS);
  const late = await sentAtOnce(caller, { user, code, count: AT_ONCE / 2 });
  const next = await caller.post(`/v1/users/${user.userId}/verify`, { code: totpAt(user.secret, ground.nowMs) });
  if (next.status !== 200) throw new Error(`the next code was answered with ${next.status} ${next.text}`);
  return { atOnce, soon, late };
}

/** The number of approvals. Every other request is the answer to a challenge opened before. */
async function sentAtOnce(
  caller: Caller,
  { user: { userId }, code, count }: { readonly user: EnrolledUser; readonly code: string; readonly count: number },
): Promise<number> {
  const opened = await each(Array.from({ length: count / 2 }), () =>
    caller.post(`/v1/users/${userId}/challenges`, { type: 'totp' }),
  );
  const paths = opened.flatMap((answer) => [
    `/v1/users/${userId}/verify`,
    `/v1/challenges/${(answer.json() as { id: string }).id}/answer`,
  ]);
  return approved(await Promise.all(paths.map((path) => caller.post(path, { code }))));
}

function approved(answers: readonly Answer[]): number {
  for (const { status, text } of answers)
    if (status !== 200 && status !== 422) throw new Error(`a code was answered with ${status} ${text}`);
  return answers.filter(({ status }) => status === 200).length;
}
