// The attacker owns some registered phones and no credential. At "sign in with your number" they type a list, then their own numbers, and
// count the codes that reach them: where a limit is charged only when a code is sent, the missing ones count the registered numbers of the
// list. This service did so until its budgets were charged at the request.
import type { Attack, Finding, Scene } from '../attack.js';
import { numberAt } from '../numbers.js';
import { theOnly } from '../people.js';
import { Random } from '../random.js';
import type { Ground } from '../server/ground.js';
import { Outbox } from '../server/outbox.js';
import { kindsSeen } from '../server/watched.js';

const OWN = 51;
const LIST = 30;
/** Places of the plan in a block. */
const BLOCK = 100_000;
/** Codes of blind look-ups that the twin sends in an hour, as this service once did. */
const TWIN_CAP = 50;
const HOUR_MS = 3_600_000;
const UNIT = 'registered numbers counted';

export const countingByPhones: Attack = {
  name: 'counting-by-phones',
  title: 'Registered numbers counted by one’s own phones',
  story:
    `The attacker owns ${OWN} registered phones and stands at a sign-in page that asks for a number. They type a list of ${LIST} numbers, then their own, and count the codes that arrive. ` +
    'Where a shared limit is charged only for codes that are sent, each registered number of the list takes one of theirs away.',
  async run(scene) {
    const random = new Random(scene.seed, countingByPhones.name);
    const registered = 1 + random.below(LIST - 1);
    return [twinOf(registered), await service(scene, random, registered)];
  },
};

/** A limit of codes that are sent: what is left of it arrives. */
function twinOf(registered: number): Finding {
  const arrived = (sentBefore: number) => Math.min(OWN, TWIN_CAP - sentBefore);
  return {
    way: `the twin: ${TWIN_CAP} codes an hour, charged when one is sent`,
    sent: LIST + OWN,
    gained: arrived(0) - arrived(registered),
    unit: UNIT,
    bound: null,
    alerts: [],
    note: `${registered} of ${LIST} were registered`,
  };
}

/** The same list twice, once with nobody on it: what differs in the attacker's phones is what they learn. */
async function service({ ground, progress }: Scene, random: Random, registered: number): Promise<Finding> {
  const start = random.below(200);
  const numbers = Array.from({ length: LIST + OWN }, (_none, index) => numberAt((start + index) * BLOCK + index));
  const [list, own] = [numbers.slice(0, LIST), numbers.slice(LIST)];
  const worlds = [[], list.slice(0, registered)];
  const views: { arrived: number; alerts: readonly string[] }[] = [];
  for (const [index, people] of worlds.entries()) {
    progress('sign in with your number', index / worlds.length);
    views.push(await seen(ground, random, { people, list, own }));
  }
  const [none, some] = views;
  return {
    way: 'sign in with your number, the list and then one’s own',
    sent: worlds.length * (LIST + OWN),
    gained: Math.abs((none?.arrived ?? 0) - (some?.arrived ?? 0)),
    unit: UNIT,
    bound: 0,
    alerts: some?.alerts ?? [],
    note: `${some?.arrived ?? 0} of ${OWN} own codes arrived, whether ${registered} of ${LIST} are registered or none`,
  };
}

interface World {
  /** Registered numbers of the list. */
  readonly people: readonly string[];
  readonly list: readonly string[];
  readonly own: readonly string[];
}

async function seen(ground: Ground, random: Random, { people, list, own }: World) {
  // What was sent to the same numbers before is another world's.
  await ground.at(ground.nowMs + HOUR_MS);
  const tenant = await ground.tenant({ clients: 1, scopes: 'phones:blind' });
  await ground.plant([...people, ...own].map((phoneNumber) => ({ tenant, phoneNumber })));
  const caller = ground.caller(theOnly(tenant.clients), () => random.address());
  const outbox = new Outbox(ground, tenant);
  for (const phoneNumber of [...list, ...own]) {
    const body = { phoneNumber, endUser: { ip: random.address() } };
    const { status, text } = await caller.post('/v1/blind-lookups', body);
    if (status !== 202) throw new Error(`a look-up was answered with ${status} ${text}`);
  }
  await outbox.workedOff();
  return { arrived: outbox.sent(new Set(own)).length, alerts: await kindsSeen(ground, tenant) };
}
