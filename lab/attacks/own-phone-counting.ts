// The attacker has no credential, only the page "sign in with your number" and phones of their own, which are
// registered. They ask about a list of numbers and then about their own phones. If registered numbers used up a shared
// budget, that many of their own codes would be missing. In 2024 an endpoint answered the question openly; here the
// missing codes would answer it.
import type { Attack, Finding, Scene } from '../attack.js';
import { CarelessTwin } from '../naive-twin/careless.js';
import { numberAt } from '../numbers.js';
import { theOnly } from '../people.js';
import { Random } from '../random.js';
import { Outbox } from '../server/outbox.js';
import { kindsSeen } from '../server/watched.js';

const MINUTE = 60_000;
const ROUNDS = 8;
const CANDIDATES = 30;
const OWN_PHONES = 17;
/** Codes that the attacker asks for on each own phone, ten minutes apart. */
const TIMES = 3;
/** Of eight rounds with thirty possible counts each, more than this are right by chance once in four hundred times. */
const BY_CHANCE = 2;
const UNIT = 'lists counted exactly';

export const ownPhoneCounting: Attack = {
  name: 'own-phone-counting',
  title: 'Counting registered numbers by the codes on own phones',
  counted: 'Lists of numbers counted exactly: 2 of 8, as by chance. Its twin gives up all.',
  story:
    'The attacker has no credential, only the page “sign in with your number” and seventeen phones of their own, registered with the application. They ask about thirty numbers, then three times about each own phone. They count the codes that arrive: registered numbers of the list would have used up the missing ones. ' +
    'Eight lists are tried, each with another count of registered numbers.',
  run: count,
};

interface Round {
  readonly candidates: readonly string[];
  readonly own: readonly string[];
  /** How many of the candidates, from the first on, are registered. */
  readonly registered: number;
}

async function count(scene: Scene): Promise<Finding[]> {
  const random = new Random(scene.seed, ownPhoneCounting.name);
  // The first round is the attacker's own calibration: a list without registered numbers.
  const rounds = Array.from({ length: ROUNDS + 1 }, (_none, index) =>
    roundOf(random, index === 0 ? 0 : 1 + random.below(CANDIDATES)),
  );
  return [await onTwin(rounds), await onService(scene, rounds)];
}

function roundOf(random: Random, registered: number): Round {
  const start = random.below(40_000_000);
  // Each number is in another block, so that the limits of blocks have no effect.
  const numbers = Array.from({ length: CANDIDATES + OWN_PHONES }, (_none, index) => numberAt(start + index * 100_000));
  return { candidates: numbers.slice(0, CANDIDATES), own: numbers.slice(CANDIDATES), registered };
}

const peopleOf = ({ candidates, own, registered }: Round) => [...candidates.slice(0, registered), ...own];

async function onTwin(rounds: readonly Round[]): Promise<Finding> {
  const twin = await CarelessTwin.of([]);
  const arrived: number[] = [];
  for (const round of rounds) {
    await twin.another(peopleOf(round));
    for (const number of round.candidates) await twin.ask('/sign-in', number);
    for (let time = 0; time < TIMES; time += 1) for (const own of round.own) await twin.ask('/sign-in', own);
    const codes = await Promise.all(round.own.map((own) => twin.ask('/phone', own)));
    arrived.push(codes.reduce((sum, { body }) => sum + Number(body['codes']), 0));
  }
  twin.end();
  return { ...findingOf('the careless twin', { rounds, arrived }), bound: null, alerts: [] };
}

async function onService({ ground, progress }: Scene, rounds: readonly Round[]): Promise<Finding> {
  const arrived: number[] = [];
  const alerts = new Set<string>();
  for (const [index, round] of rounds.entries()) {
    progress('counting', index / rounds.length);
    const tenant = await ground.tenant({ clients: 1, scopes: 'phones:blind' });
    await ground.plant(peopleOf(round).map((phoneNumber) => ({ tenant, phoneNumber })));
    const caller = ground.caller(theOnly(tenant.clients), () => '198.18.7.7');
    const outbox = new Outbox(ground, tenant);
    const begin = async (phoneNumber: string) => {
      const { status, text } = await caller.post('/v1/blind-lookups', { phoneNumber });
      if (status !== 202 && status !== 429) throw new Error(`a look-up was answered with ${status} ${text}`);
    };
    for (const number of round.candidates) await begin(number);
    await outbox.workedOff();
    for (let time = 0; time < TIMES; time += 1) {
      for (const own of round.own) await begin(own);
      await outbox.workedOff();
      await ground.at(ground.nowMs + 10 * MINUTE);
    }
    arrived.push(outbox.sent(new Set(round.own)).length);
    for (const kind of await kindsSeen(ground, tenant)) alerts.add(kind);
  }
  return { ...findingOf('Countersign', { rounds, arrived }), bound: BY_CHANCE, alerts: [...alerts].sort() };
}

function findingOf(way: string, { rounds, arrived }: { rounds: readonly Round[]; arrived: readonly number[] }) {
  const [rehearsed = 0] = arrived;
  const told = rounds.map(({ registered }, index) => [registered, rehearsed - (arrived[index] ?? 0)] as const).slice(1);
  return {
    way,
    sent: rounds.length * (CANDIDATES + OWN_PHONES * TIMES),
    gained: told.filter(([registered, guessed]) => registered === guessed).length,
    unit: UNIT,
    note: `Registered of thirty, and the attacker’s count: ${told.map((pair) => pair.join('/')).join(', ')}.`,
  };
}
