// The attacker has a client with `verify` and `tenant:admin`, like a support tool. They guess four codes of a user,
// unlock the user before the lock, and repeat. If an unlock refunded guesses, a code of six digits would be found in
// about an hour.
import { wrongCode } from '../../test/support/api.js';
import type { Attack, Finding, Scene } from '../attack.js';
import { CarelessTwin } from '../naive-twin/careless.js';
import { people, theOnly } from '../people.js';
import { Random } from '../random.js';
import { eventsOf, kindsSeen } from '../server/watched.js';

const ROUNDS = 300;
const GUESSES = 4;
const STEP_MS = 30_000;
/** Codes that are right at one instant: the previous, the current and the next one. */
const RIGHT_AT_ONCE = 3;
const PROGRESS_EVERY = 20;

export const unlockGuessing: Attack = {
  name: 'unlock-guessing',
  title: 'Four guesses, an unlock, and again',
  counted: 'Guesses checked: 100.',
  story:
    'The attacker has the credential of a support tool, with verify and tenant:admin, and attacks one user. They guess four codes, unlock the user before the fifth would lock, and repeat: twelve hundred guesses. ' +
    'If an unlock refunds guesses, every support desk is a way in.',
  run: guess,
};

async function guess(scene: Scene): Promise<Finding[]> {
  return [await onTwin(), await onService(scene)];
}

async function onTwin(): Promise<Finding> {
  const twin = await CarelessTwin.of(['ada']);
  let checked = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let guessed = 0; guessed < GUESSES; guessed += 1)
      if ((await twin.ask('/verify', 'ada')).status === 422) checked += 1;
    await twin.ask('/unlock', 'ada');
  }
  twin.end();
  return { ...findingOf('the careless twin', checked), bound: null, alerts: [] };
}

async function onService({ ground, seed, progress }: Scene): Promise<Finding> {
  const random = new Random(seed, unlockGuessing.name);
  const tenant = await ground.tenant({ clients: 1, scopes: 'factors:write verify tenant:admin' });
  const caller = ground.caller(theOnly(tenant.clients), () => random.address());
  const user = theOnly(await people({ ground, caller, names: ['ada'] }));
  const alerts = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    await ground.at(ground.nowMs + STEP_MS);
    for (let guessed = 0; guessed < GUESSES; guessed += 1) {
      const code = wrongCode(user.secret, ground.nowMs, random.below(1_000_000));
      const { status, text } = await caller.post(`/v1/users/${user.userId}/verify`, { code });
      if (status !== 422) throw new Error(`a guess was answered with ${status} ${text}`);
    }
    const { status, text } = await caller.send({ method: 'POST', path: `/v1/users/${user.userId}/unlock` });
    if (status !== 204) throw new Error(`an unlock was answered with ${status} ${text}`);
    if (round % PROGRESS_EVERY > 0) continue;
    progress('guessing', round / ROUNDS);
    for (const kind of await kindsSeen(ground, tenant)) alerts.add(kind);
  }
  for (const kind of await kindsSeen(ground, tenant, ROUNDS * GUESSES)) alerts.add(kind);
  const events = await eventsOf(ground, tenant);
  const checked = events.filter(({ action, reason }) => action === 'verification.refused' && reason === 'wrong_code');
  return { ...findingOf('Countersign', checked.length), bound: 100, alerts: [...alerts].sort() };
}

function findingOf(way: string, checked: number) {
  const odds = 1 - (1 - RIGHT_AT_ONCE / 1e6) ** checked;
  return {
    way,
    sent: ROUNDS * GUESSES,
    gained: checked,
    unit: 'guesses checked',
    note: `Odds of a right one among them: ${odds.toExponential(1)}, in ${(ROUNDS * STEP_MS) / 3_600_000} hours.`,
  };
}
