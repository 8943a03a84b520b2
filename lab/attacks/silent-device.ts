// The attacker has a stolen client that may write factors, devices and phones. They want to add a device to other
// people's accounts without their knowledge. In 2022, after the phishing of Twilio, attackers added devices to 93
// accounts of Authy. The attacker sends every required field except a valid proof: none, a forged one, an old one, or
// one of their own account.
import { generateKeyPairSync } from 'node:crypto';
import { totpAt, type Answer, type EnrolledUser } from '../../test/support/api.js';
import { es256, jws, type Json } from '../../test/support/forge.js';
import type { Attack, Finding, Scene } from '../attack.js';
import { numberAt } from '../numbers.js';
import { each, namesOf, people, theOnly } from '../people.js';
import { Random } from '../random.js';
import type { Caller } from '../server/caller.js';
import { eventsOf, kindsSeen } from '../server/watched.js';

const STEP_MS = 30_000;
const PEOPLE = 20;
/** One second after the five minutes of a step-up. */
const EXPIRED_AFTER_MS = 301_000;

export const silentDevice: Attack = {
  name: 'silent-device',
  title: 'Adding and removing factors without a proof',
  counted: 'Factors of enrolled people added or removed: 0.',
  story:
    'The attacker has a stolen client that may write factors, devices and phones. They attack twenty accounts: they try to add an authenticator, a passkey, a device, a phone or recovery codes, or to remove factors. They send no proof, a forged one, an expired one of the owner, or a fresh one of their own account. ' +
    'In 2022 the attackers who had phished Twilio added devices to 93 accounts of Authy in this way.',
  run: add,
};

/** The requested change, and the action that a proof must name. */
interface Change {
  readonly name: string;
  readonly action: 'factors.add' | 'factors.remove' | 'factors.regenerate';
  readonly method: 'POST' | 'DELETE';
  readonly path: (user: EnrolledUser) => string;
  readonly body?: (index: number) => object;
}

const CHANGES: readonly Change[] = [
  {
    name: 'an authenticator',
    action: 'factors.add',
    method: 'POST',
    path: (user) => `${of(user)}/factors/totp`,
    body: () => ({}),
  },
  {
    name: 'a passkey',
    action: 'factors.add',
    method: 'POST',
    path: (user) => `${of(user)}/factors/webauthn`,
    body: () => ({}),
  },
  { name: 'a device', action: 'factors.add', method: 'POST', path: (user) => `${of(user)}/devices`, body: () => ({}) },
  {
    name: 'a phone',
    action: 'factors.add',
    method: 'POST',
    path: (user) => `${of(user)}/phones`,
    body: (index) => ({ phoneNumber: numberAt(7_000_000 + 13 * index), channel: 'sms' }),
  },
  {
    name: 'recovery codes',
    action: 'factors.regenerate',
    method: 'POST',
    path: (user) => `${of(user)}/factors/recovery-codes`,
  },
  {
    name: 'the removal of a factor',
    action: 'factors.remove',
    method: 'DELETE',
    path: (user) => `${of(user)}/factors/${user.factorId}`,
  },
];

const of = ({ userId }: EnrolledUser) => `/v1/users/${userId}`;

type Proofs = Readonly<Record<Change['action'], string>>;

async function add(scene: Scene): Promise<Finding[]> {
  const { ground, seed, progress } = scene;
  const random = new Random(seed, silentDevice.name);
  const scopes = 'factors:read factors:write devices:write phones:write verify';
  const tenant = await ground.tenant({ clients: 2, scopes });
  const words = ['--rp-id', 'example.org', '--origins', 'https://example.org'];
  await ground.service.operate('tenants', 'set', '--tenant', tenant.tenantId, ...words);
  const [own, stolen] = tenant.clients.map((client) => ground.caller(client, () => random.address()));
  if (own === undefined || stolen === undefined) throw new Error('a client is missing');
  progress('enrolling', 0);
  const all = await people({ ground, caller: own, names: [...namesOf('owner', PEOPLE), 'mallory', 'control'] });
  const [owners, mallory, control] = [all.slice(0, PEOPLE), theOnly(all.slice(PEOPLE)), theOnly(all.slice(PEOPLE + 1))];
  const proofs = (users: readonly EnrolledUser[]) => proofsOf(scene, own, users);
  const old = await proofs(owners);
  await ground.at(ground.nowMs + EXPIRED_AFTER_MS);
  const before = await each(owners, (user) => factorsOf(own, user));
  const mallorys = theOnly(await proofs([mallory]));
  const forged = (user: EnrolledUser, action: string) =>
    forgery(theOnly(old)[action as Change['action']], { sub: user.userId, action, ...timesAt(ground.nowMs) });
  const ways: Readonly<Record<string, (user: EnrolledUser, index: number, action: Change['action']) => string | null>> =
    {
      'without a proof': () => null,
      'with a forged proof': (user, _index, action) => forged(user, action),
      'with an expired proof of the owner': (_user, index, action) => old[index]?.[action] ?? '',
      'with a fresh proof of another user': (_user, _index, action) => mallorys[action],
    };
  const findings: Finding[] = [];
  for (const [way, proof] of Object.entries(ways)) {
    progress(way, findings.length / 4);
    const answers = await each(owners, (user, index) =>
      eachOf(CHANGES, (change) => ask(stolen, { change, user, index, proof: proof(user, index, change.action) })),
    );
    const after = await each(owners, (user) => factorsOf(own, user));
    const opened = answers.flat().filter(({ status }) => status < 300).length;
    const changed = before.filter((factors, index) => factors !== after[index]).length;
    findings.push({
      way,
      sent: PEOPLE * CHANGES.length,
      gained: Math.max(opened, changed),
      unit: 'factors added or removed',
      bound: 0,
    });
  }
  await expectControl(scene, own, control);
  const alerts = await kindsSeen(ground, tenant);
  const refused = (await eventsOf(ground, tenant)).filter(({ action }) => action === 'step_up.refused').length;
  const note = `Tried for each of ${PEOPLE} people: ${CHANGES.map(({ name }) => name).join(', ')}. With the right proof each change succeeded. ${refused} refusals are in the audit log; they raise no alert. A client can enrol a user who was never enrolled (T-13).`;
  return findings.map((finding, index) => ({ ...finding, alerts, ...(index === 0 ? { note } : {}) }));
}

async function eachOf<Item, Outcome>(
  items: readonly Item[],
  work: (item: Item) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const item of items) outcomes.push(await work(item));
  return outcomes;
}

interface Asked {
  readonly change: Change;
  readonly user: EnrolledUser;
  readonly index: number;
  readonly proof: string | null;
}

function ask(caller: Caller, { change, user, index, proof }: Asked): Promise<Answer> {
  const { method, path, body } = change;
  const headers = proof === null ? {} : { 'step-up': proof };
  return caller.send({ method, path: path(user), headers, ...(body === undefined ? {} : { body: body(index) }) });
}

/** The factors of the users, pending ones too, as their own application sees them. */
async function factorsOf(caller: Caller, user: EnrolledUser): Promise<string> {
  const { status, text } = await caller.get(`${of(user)}/factors`);
  if (status !== 200) throw new Error(`factors were answered with ${status} ${text}`);
  return text;
}

/** A proof of each user for each kind of change, by an honest sign-in; each takes one step of the clock. */
async function proofsOf({ ground }: Scene, caller: Caller, users: readonly EnrolledUser[]): Promise<Proofs[]> {
  const of = async (action: Change['action']) => {
    await ground.at(ground.nowMs + STEP_MS);
    return each(users, (user) => proofOf(caller, user, { action, nowMs: ground.nowMs }));
  };
  const add = await of('factors.add');
  const remove = await of('factors.remove');
  const regenerate = await of('factors.regenerate');
  return users.map((_user, index) => ({
    'factors.add': add[index] ?? '',
    'factors.remove': remove[index] ?? '',
    'factors.regenerate': regenerate[index] ?? '',
  }));
}

async function proofOf(
  caller: Caller,
  user: EnrolledUser,
  { action, nowMs }: { readonly action: string; readonly nowMs: number },
): Promise<string> {
  const answer = await caller.post(`${of(user)}/verify`, { code: totpAt(user.secret, nowMs), action });
  if (answer.status !== 200) throw new Error(`not proven: ${answer.status} ${answer.text}`);
  return (answer.json() as { assertion: string }).assertion;
}

/** The same claims with changes, signed by the attacker's key under the service's header. */
function forgery(assertion: string, changed: Json): string {
  const [header, claims] = assertion.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return jws(header ?? '', { ...(JSON.parse(claims ?? '') as Json), ...changed }, es256(privateKey));
}

function timesAt(nowMs: number): Json {
  const now = Math.floor(nowMs / 1_000);
  return { iat: now, auth_time: now, exp: now + 300 };
}

/** With a right proof every change succeeds, so the refusals above were caused by the missing proof. */
async function expectControl(scene: Scene, caller: Caller, user: EnrolledUser): Promise<void> {
  for (const change of CHANGES) {
    await scene.ground.at(scene.ground.nowMs + STEP_MS);
    const proof = await proofOf(caller, user, { action: change.action, nowMs: scene.ground.nowMs });
    const { status, text } = await ask(caller, { change, user, index: PEOPLE, proof });
    if (status >= 300) throw new Error(`the control, ${change.name}, was answered with ${status} ${text}`);
  }
}
