// The attacker is a customer too. Their client has every scope in their own tenant, and they know ids of another
// tenant, from a log, a screenshot or an employee. They also have right codes, which makes it worse. Access to other
// customers' objects by their ids (BOLA) is first on OWASP's list of API risks, in 2019 and in 2023.
import { call, type Answer } from '../../test/support/api.js';
import type { Attack, Finding, Scene } from '../attack.js';
import { numberAt } from '../numbers.js';
import { theOnly } from '../people.js';
import { Random } from '../random.js';
import { agent, type Caller } from '../server/caller.js';
import type { Ground, LabTenant } from '../server/ground.js';
import { eventsOf, kindsSeen, type Event } from '../server/watched.js';
import { NONE, pairsOf, type Ask } from '../pairs.js';
import { Victims, VICTIM_SCOPES } from '../victims.js';

export const tenantHopping: Attack = {
  name: 'tenant-hopping',
  title: 'A customer who tries the ids of another one',
  counted: 'Answers unlike those to unknown ids, things changed: 0.',
  story:
    'The attacker is a customer with a client that has every scope in their own tenant. They know users, factors, challenges, assertions, devices, phones and cursors of another tenant, with the right codes. They send each id on their own routes and name the other tenant in headers, body and query. They compare the answers with those to unknown ids. ' +
    'Access to other customers’ objects by their ids is first on OWASP’s list of API risks, in 2019 and in 2023.',
  run: hop,
};

interface Answered {
  readonly foreign: Answer;
  readonly unknown: Answer;
}

async function hop({ ground, seed, progress }: Scene): Promise<Finding[]> {
  const random = new Random(seed, tenantHopping.name);
  const wish = { clients: 1, scopes: VICTIM_SCOPES };
  const [attackers, others] = [await ground.tenant(wish), await ground.tenant(wish)];
  const caller = ground.caller(theOnly(attackers.clients), () => random.address());
  const place = random.below(1_000_000);
  progress('setting the scene', 0);
  const victims = await Victims.of(ground, others, [numberAt(place), numberAt(place + 20_000)]);
  const before = await victims.lists();
  progress('trying ids', 1 / 2);
  const lists = await listsOf(ground, caller, victims);
  const answered: Answered[] = [];
  for (const [foreign, unknown] of pairsOf(victims, others))
    answered.push({ foreign: await caller.send(wishOf(foreign)), unknown: await caller.send(wishOf(unknown)) });
  answered.push(await tokens(ground.url, { attackers, others, random }));
  const log = await eventsOf(ground, attackers);
  if (!answered.some(({ foreign }) => logged(foreign, log).length > 0)) throw new Error('the log was read too early');
  const unlike = answered.filter(({ foreign, unknown }) => toldBy(foreign, log) !== toldBy(unknown, log));
  const shown = [...lists, ...answered.map(({ foreign }) => foreign)].filter(({ text }) => isIn(text, victims.secrets));
  const codes = await victims.codesTooMany();
  const after = await victims.lists();
  const changed = before.filter((text, index) => text !== after[index]).length;
  const spoilt = await victims.spoilt();
  const alerts = await kindsSeen(ground, attackers);
  const sent = 2 * answered.length;
  const all = sent + lists.length;
  return [
    {
      way: 'ids, codes and numbers of another tenant',
      sent,
      gained: unlike.length,
      unit: 'answers unlike those to unknown ids',
      bound: 0,
      alerts,
      note: `${answered.length} pairs, compared by status, headers, body and the attacker’s own audit log. Ignored: date, request ids, the counters of the throttle, and the ids of started look-ups.`,
    },
    {
      way: 'the same, and cursors of the other tenant’s lists',
      sent: all,
      gained: shown.length + codes,
      unit: 'answers that show something, and codes sent',
      bound: 0,
      alerts,
    },
    {
      way: 'all requests',
      sent: all,
      gained: changed + spoilt,
      unit: 'objects of the other tenant changed',
      bound: 0,
      alerts,
      note: 'Counted in the other tenant’s lists before and after. Afterwards the owner used every code, challenge, assertion and proof that the attacker had sent; refusals count too.',
    },
  ];
}

const wishOf = ({ method, ...ask }: Ask) => ({ ...ask, method: method ?? (ask.body === undefined ? 'GET' : 'POST') });

/** The other's client id with the attacker's secret, and an unknown client id. */
async function tokens(
  url: string,
  { attackers, others, random }: { readonly attackers: LabTenant; readonly others: LabTenant; readonly random: Random },
) {
  const { clientSecret } = theOnly(attackers.clients);
  const ask = (clientId: string) => {
    const headers = {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      'x-forwarded-for': random.address(),
    };
    return call(url, { path: '/oauth2/token', raw: 'grant_type=client_credentials', headers, agent });
  };
  return { foreign: await ask(theOnly(others.clients).clientId), unknown: await ask(`cli_${NONE}`) };
}

/**
 * The attacker's own lists, read with the other tenant's cursors and with a made-up one. One of their own cursors shows
 * that cursors are accepted at all.
 */
async function listsOf(ground: Ground, caller: Caller, { things: { cursors } }: Victims): Promise<Answer[]> {
  // The first request of the attacker fetches a token, which is the first event of their log. It has its number before
  // the log is read.
  await caller.get('/v1/webhook-endpoints');
  await ground.look(0);
  const own = (await caller.get('/v1/audit-events?limit=1')).json() as { nextCursor: string | null };
  if (own.nextCursor === null) throw new Error('the attacker has no cursor of their own');
  const lists = ['/v1/audit-events', '/v1/alerts', '/v1/webhook-endpoints', '/v1/users/ada/factors'];
  const all = [...cursors, own.nextCursor, Buffer.from('00000000-0000-0000-0000-000000000000').toString('base64url')];
  const answers: Answer[] = [];
  for (const list of lists)
    for (const cursor of all) answers.push(await caller.get(`${list}?limit=100&after=${cursor}`));
  if (answers.every(({ status }) => status !== 200)) throw new Error('no cursor was taken');
  return answers;
}

function isIn(text: string, secrets: readonly string[]): boolean {
  return secrets.some((secret) => text.includes(secret));
}

/** Everything in an answer that could reveal something, and the log's events of its request. */
function toldBy({ status, headers, text }: Answer, log: readonly Event[]): string {
  const told = Object.entries(headers).filter(([name]) => name !== 'date' && name !== 'x-request-id');
  const body = text.replace(/"requestId":"[\w-]+"/, '').replace(/"id":"bll_\w+"/, '');
  return JSON.stringify([status, told, body, logged({ headers }, log)]).replaceAll(/;r=\d+;t=\d+/g, '');
}

function logged({ headers }: Pick<Answer, 'headers'>, log: readonly Event[]) {
  const events = log.filter(({ requestId }) => requestId !== undefined && requestId === headers['x-request-id']);
  return events.map(({ action, reason, targetId }) => [action, reason, targetId !== undefined]);
}
