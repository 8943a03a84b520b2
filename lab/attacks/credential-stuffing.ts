// The attacker has client ids from a leak and a list of secrets: revoked ones, well-formed ones, and garbage. They try
// them at the token endpoint, from changing addresses or from one. One credential of the list is a planted canary.
import { crc32 } from 'node:zlib';
import { call, tokenOf } from '../../test/support/api.js';
import type { Credentials } from '../../test/support/service.js';
import type { Attack, Finding, Scene } from '../attack.js';
import { each, theOnly } from '../people.js';
import { Random } from '../random.js';
import { agent } from '../server/caller.js';
import type { Ground, LabTenant } from '../server/ground.js';
import { eventsOf, kindsSeen } from '../server/watched.js';

const CLIENTS = 20;
/** This many clients now have another secret than the leaked one. */
const CHANGED = 5;
const GUESSES = 5_000;
const KINDS = 3;
/** Of each kind; the rest counts as unsent. */
const ENOUGH = 1_000;
const FROM_ONE_ADDRESS = 500;
const MINUTE_MS = 60_000;
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export const credentialStuffing: Attack = {
  name: 'credential-stuffing',
  title: 'Five thousand secrets tried at the token endpoint',
  counted: 'Tokens: 0, and 300 guesses a minute from one address.',
  story:
    'The attacker has client ids from a leak and tries secrets for them at the token endpoint: revoked ones, well-formed ones and garbage. They send from changing addresses or from a single one. ' +
    'Leaked credentials are tried like this everywhere. One of them was planted by the operator as a canary.',
  run: stuff,
};

async function stuff({ ground, seed, isFull, progress }: Scene): Promise<Finding[]> {
  const random = new Random(seed, credentialStuffing.name);
  const tenant = await ground.tenant({ clients: CLIENTS, scopes: 'verify' });
  const kinds = await guessesAt(ground, tenant, random);
  const findings: Finding[] = [];
  for (const [kind, guess] of Object.entries(kinds)) {
    progress(kind, findings.length / 4);
    const wanted = Math.ceil((GUESSES - findings.length) / KINDS);
    const guesses = Array.from({ length: isFull ? wanted : Math.min(wanted, ENOUGH) }, guess);
    const statuses = await each(guesses, (one) => ask(ground, one, random.address()));
    const [sent, gained] = [guesses.length, countOf(statuses, 200)];
    findings.push({
      way: `${kind}, from changing addresses`,
      sent,
      unsent: wanted - sent,
      gained,
      unit: 'tokens',
      bound: 0,
    });
  }
  // An earlier request may have come from the next address by chance; this ends its minute.
  await ground.at(ground.nowMs + MINUTE_MS);
  progress('from one address', 3 / 4);
  findings.push(await fromOneAddress(ground, random, kinds['well-formed secrets']));
  const before = await kindsSeen(ground, tenant, GUESSES + FROM_ONE_ADDRESS);
  const shown = await shownCanary(ground, tenant, random);
  const refused = (await eventsOf(ground, tenant)).filter(({ action }) => action === 'token.refused').length;
  // Guesses of a stranger do not stop the owner.
  await tokenOf(ground.url, theOnly(tenant.clients.slice(CHANGED)));
  const note = `${refused} refusals are in the audit log; garbage fails its checksum and is not recorded. An unchanged client still gets its token.`;
  return [
    ...findings.map((finding, index) => ({ ...finding, alerts: before, ...(index === 0 ? { note } : {}) })),
    shown,
  ];
}

type Guess = () => Credentials;

async function guessesAt(ground: Ground, { clients }: LabTenant, random: Random) {
  const old = clients.slice(0, CHANGED);
  for (const { clientId } of old) {
    await ground.service.operate('clients', 'add-secret', '--client', clientId);
    await ground.service.operate('clients', 'revoke-secret', '--client', clientId, '--slot', '1');
  }
  const pick = (some: readonly Credentials[]) => some[random.below(some.length)] as Credentials;
  return {
    'well-formed secrets': () => ({ ...pick(clients), clientSecret: wellFormed(random) }),
    'garbage secrets': () => ({ ...pick(clients), clientSecret: `csk_${textOf(random, 36)}` }),
    'revoked secrets': () => pick(old),
  } satisfies Record<string, Guess>;
}

/** At one instant, so within one minute of the throttle. */
async function fromOneAddress(ground: Ground, random: Random, guess: Guess): Promise<Finding> {
  const address = random.address();
  const statuses = await each(Array.from({ length: FROM_ONE_ADDRESS }, guess), (one) => ask(ground, one, address));
  const checked = statuses.filter((status) => status !== 429).length;
  const note = `${countOf(statuses, 429)} were answered with 429, ${countOf(statuses, 200)} with a token.`;
  return {
    way: 'from one address',
    sent: statuses.length,
    gained: checked,
    unit: 'guesses checked in a minute',
    bound: 300,
    note,
  };
}

async function shownCanary(ground: Ground, tenant: LabTenant, random: Random): Promise<Finding> {
  const canary = await ground.service.operate<Credentials>('canaries', 'plant-credential', '--tenant', tenant.tenantId);
  const gained = countOf([await ask(ground, canary, random.address())], 200);
  const alerts = await kindsSeen(ground, tenant);
  return { way: 'a planted credential, used once', sent: 1, gained, unit: 'tokens', bound: 0, alerts };
}

async function ask({ url }: Ground, { clientId, clientSecret }: Credentials, address: string): Promise<number> {
  const raw = new URLSearchParams({ grant_type: 'client_credentials' }).toString();
  const headers = {
    authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
    'x-forwarded-for': address,
  };
  const { status, text } = await call(url, { path: '/oauth2/token', raw, headers, agent });
  if (![200, 401, 429].includes(status)) throw new Error(`a secret was answered with ${status} ${text}`);
  return status;
}

function countOf(statuses: readonly number[], status: number): number {
  return statuses.filter((one) => one === status).length;
}

/** A well-formed secret with its checksum, which anyone can compute. */
function wellFormed(random: Random): string {
  const start = `csk_${textOf(random, 30)}`;
  let rest = crc32(start);
  let checksum = '';
  while (checksum.length < 6) {
    checksum = LETTERS.charAt(rest % LETTERS.length) + checksum;
    rest = Math.floor(rest / LETTERS.length);
  }
  return start + checksum;
}

function textOf(random: Random, length: number): string {
  return Array.from({ length }, () => LETTERS.charAt(random.below(LETTERS.length))).join('');
}
