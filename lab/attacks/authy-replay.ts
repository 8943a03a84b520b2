// Repeats the breach of 2024: a list of numbers, and an endpoint that is asked about each. The attacker has only the
// list at first, and then also the key of another customer.
import { robTwin } from '../naive-twin/robbery.js';
import { SENT_IN_VAIN, type Attack, type Finding, type Scene } from '../attack.js';
import { numberAt } from '../numbers.js';
import { Random } from '../random.js';
import { agent, type Caller } from '../server/caller.js';
import { kindsSeen } from '../server/watched.js';
import { call, type Answer } from '../../test/support/api.js';

const CANDIDATES = 1_000_000;
/** One in this many is registered. */
const ONE_OF = 10;
const AT_ONCE = 16;
const PATH = '/v1/phone-lookups';
const HOUR_MS = 3_600_000;

export const authyReplay: Attack = {
  name: 'authy-replay',
  title: 'The breach of 2024, once more',
  counted: 'Numbers confirmed: 0. Its twin of 2024 gives up all hundred thousand.',
  story:
    'In 2024 an attacker asked an endpoint of Authy about phone numbers, without a key and without a limit, and confirmed 33,420,546 of them. ' +
    'The lab tries a million numbers, of which a hundred thousand are registered. It asks a small reconstruction of that endpoint, and Countersign ' +
    'without a key and with the key of another customer.',
  async run(scene) {
    const { candidates, registered } = population(scene);
    scene.progress('the twin is robbed', 0);
    const twin = await robTwin(candidates, registered, (share) => scene.progress('the twin is robbed', share));
    const tenant = await scene.ground.tenant({ clients: 1 });
    await scene.ground.plant(
      registered.map((phoneNumber) => ({ tenant, phoneNumber })),
      (done) => scene.progress('people are registered', done / registered.length),
    );
    const perSecond = Math.round(twin.sent / twin.seconds).toLocaleString('en-GB');
    return [
      {
        way: 'the twin of 2024',
        sent: twin.sent,
        gained: twin.confirmed,
        unit: 'numbers confirmed',
        bound: null,
        alerts: [],
        note: `in ${twin.seconds.toFixed(0)} seconds, ${perSecond} a second`,
        curve: twin.curve,
      },
      await withoutKey(scene, candidates),
      await withForeignKey(scene, candidates),
    ];
  },
};

function population({ seed }: Scene) {
  const random = new Random(seed, 'authy-replay');
  const candidates = Array.from({ length: CANDIDATES }, (_none, place) => numberAt(place));
  const registered = Array.from(
    { length: CANDIDATES / ONE_OF },
    (_none, group) => candidates[group * ONE_OF + random.below(ONE_OF)] ?? '',
  );
  return { candidates, registered };
}

async function withoutKey({ ground, isFull, seed, progress }: Scene, candidates: readonly string[]): Promise<Finding> {
  const random = new Random(seed, 'without a key');
  const wanted = isFull ? candidates.length : SENT_IN_VAIN;
  let [next, gained] = [0, 0];
  const ask = async () => {
    while (next < wanted) {
      const body = { phoneNumber: candidates[next++] };
      const headers = { 'x-forwarded-for': random.address() };
      const answer = await call(ground.url, { path: PATH, body, headers, agent });
      if (isConfirmed(answer)) gained += 1;
      else if (answer.status !== 401) throw new Error(`without a key came ${answer.status} ${answer.text}`);
      if (next % 1_000 === 0) progress('without a key', next / wanted);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return {
    way: 'without a key',
    sent: wanted,
    unsent: candidates.length - wanted,
    gained,
    unit: 'numbers confirmed',
    bound: 0,
    note: 'every answer 401',
  };
}

/** Goes down the list until the credential has lost its look-ups, and some thousand requests further. */
async function withForeignKey(scene: Scene, candidates: readonly string[]): Promise<Finding> {
  const { ground, seed, isFull } = scene;
  const random = new Random(seed, 'another key');
  const elsewhere = await ground.tenant({ clients: 1 });
  const [credentials] = elsewhere.clients;
  if (credentials === undefined) throw new Error('a client is missing');
  const caller = ground.caller(credentials, () => random.address());
  const before = await untilStopped(scene, caller, candidates);
  const left = candidates.length - before.answered;
  const wanted = isFull ? left : SENT_IN_VAIN;
  let gained = before.gained;
  for (let sent = 0; sent < wanted; sent += AT_ONCE) {
    const some = candidates.slice(before.answered + sent, before.answered + Math.min(sent + AT_ONCE, wanted));
    const answers = await Promise.all(some.map((phoneNumber) => caller.post(PATH, { phoneNumber })));
    gained += answers.filter(isConfirmed).length;
    scene.progress('with another key', sent / wanted);
  }
  return {
    way: 'with another tenant’s key',
    sent: before.sent + wanted,
    unsent: left - wanted,
    gained,
    unit: 'numbers confirmed',
    bound: 0,
    alerts: await kindsSeen(ground, elsewhere),
    note: `stopped after ${before.answered} answers, each “not registered”`,
  };
}

async function untilStopped({ ground }: Scene, caller: Caller, candidates: readonly string[]) {
  let [answered, gained, sent] = [0, 0, 0];
  for (;;) {
    const answer = await caller.post(PATH, { phoneNumber: candidates[answered] });
    sent += 1;
    if (answer.status === 403) return { answered, gained, sent };
    if (answer.status === 200) answered += 1;
    if (isConfirmed(answer)) gained += 1;
    if (answer.status === 429) {
      await ground.at(ground.nowMs + HOUR_MS);
      await ground.look();
    }
  }
}

function isConfirmed({ status, json }: Answer): boolean {
  return status === 200 && (json() as { registered?: boolean }).registered === true;
}
