// A reference device: an authenticator app at the command line, which keeps its key in a file. It shows how an app calls
// Countersign. A real app also has a keystore, a screen and push messages.
//
//   node examples/device/device.mjs register "countersign://register?…" [--name N] [--platform P] [--app-version V]
//   node examples/device/device.mjs list
//   node examples/device/device.mjs approve CHALLENGE [--number 123456]
//   node examples/device/device.mjs deny CHALLENGE
//   node examples/device/device.mjs notices
//
// --file FILE: where the device is stored (default: .countersign-device.json). --json prints JSON.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { canonicalJson, deviceCode, newKey, publicPart, requestProof, sha256, signed } from './signer.mjs';

/**
 * @typedef {object} Device
 * @property {string} issuer
 * @property {string} tenant
 * @property {string} deviceId
 * @property {string} application
 * @property {string} appVersion
 * @property {import('node:crypto').JsonWebKey} privateJwk
 */

/** @typedef {{ id: string, action?: string, context?: Record<string, unknown>, expiresAt: string }} Waiting */

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    file: { type: 'string', default: '.countersign-device.json' },
    name: { type: 'string', default: 'Command line' },
    platform: { type: 'string', default: 'desktop' },
    'app-version': { type: 'string', default: '1.0.0' },
    number: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

/** @type {Record<string, (argument: string) => Promise<void>>} */
const COMMANDS = { register, list, approve: (id) => decide(id, 'approve'), deny: (id) => decide(id, 'deny'), notices };

/** @param {string} uri of the QR code */
async function register(uri) {
  // Before the ticket is used up.
  if (existsSync(flags.file)) throw new Error(`${flags.file} holds a device already; name another with --file.`);
  const offer = Object.fromEntries(new URL(uri).searchParams);
  const { issuer = '', tenant = '', registration = '', ticket = '', nonce = '', name: application = '' } = offer;
  if (!flags.json && !(await agrees(`Register with "${application}" at ${issuer}?`))) return;
  const privateJwk = newKey();
  const publicKey = publicPart(privateJwk);
  const proof = signed(privateJwk, 'device-registration+jwt', {
    tenant,
    sub: registration,
    aud: issuer,
    nonce,
    ticket_hash: sha256(ticket).toString('base64url'),
  });
  const appVersion = flags['app-version'];
  const { deviceId } = await ask(`${issuer}/v1/device-registrations/${registration}/complete`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ticket, publicKey, proof, name: flags.name, platform: flags.platform, appVersion }),
  });
  const device = { issuer, tenant, deviceId, application, appVersion, privateJwk };
  // The key is made here and leaves this file only as signatures.
  writeFileSync(flags.file, `${JSON.stringify(device, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  const code = deviceCode(nonce, publicKey);
  tell({ deviceId, code }, `Registered with ${application}.\nType this into ${application}: ${code}`);
}

async function list() {
  const data = await waiting();
  const lines = data.map((challenge) => `${challenge.id}\n${described(challenge)}`);
  tell({ data }, lines.length === 0 ? 'Nothing waits for you.' : lines.join('\n\n'));
}

/**
 * @param {string} id
 * @param {'approve' | 'deny'} decision
 */
async function decide(id, decision) {
  const device = stored();
  const challenge = (await waiting()).find((one) => one.id === id);
  if (!challenge) throw new Error('This does not wait for you, or no longer.');
  if (!flags.json) process.stdout.write(`${described(challenge)}\n`);
  const matchCode = decision === 'approve' ? (flags.number ?? (await askForNumber(device))) : undefined;
  const { action, context } = challenge;
  // What was shown is what is signed.
  const signature = signed(device.privateJwk, 'device-decision+jwt', {
    aud: device.issuer,
    sub: device.deviceId,
    challenge: id,
    decision,
    ...(action === undefined ? {} : { action }),
    ...(context === undefined ? {} : { context_hash: sha256(canonicalJson(context)).toString('base64url') }),
    ...(matchCode === undefined ? {} : { match_code: matchCode }),
  });
  const answer = await call('POST', `/v1/device/challenges/${id}/respond`, { decision, matchCode, signature });
  tell(answer, decision === 'approve' ? 'Approved.' : 'Denied.');
}

async function notices() {
  const { data } = await call('GET', '/v1/device/notices');
  const lines = data.map(
    (/** @type {{at: string, what: string, factorType?: string}} */ { at, what, factorType = '' }) =>
      `${at}  ${what} ${factorType}`.trimEnd(),
  );
  tell({ data }, lines.length === 0 ? 'Nothing has changed.' : lines.join('\n'));
}

/** @returns {Promise<Waiting[]>} */
async function waiting() {
  return (await call('GET', '/v1/device/challenges')).data;
}

/** @type {Record<string, string>} */
const CHANGES = {
  'factors.add': 'ADD ANOTHER FACTOR OR DEVICE TO YOUR ACCOUNT',
  'factors.remove': 'REMOVE A FACTOR FROM YOUR ACCOUNT',
  'factors.regenerate': 'MAKE NEW RECOVERY CODES FOR YOUR ACCOUNT',
};

/** @param {Waiting} challenge */
function described({ action, context = {}, expiresAt }) {
  const { text, amount, origin, place } = /** @type {Record<string, any>} */ (context);
  const rows = {
    // What is signed is always shown: a friendly text must not stand in the place of an action.
    Action: CHANGES[action ?? ''] ?? action ?? 'sign in',
    Text: text,
    Amount: amount && `${amount.value} ${amount.currency}`,
    At: origin,
    From: place,
    Until: expiresAt,
  };
  return Object.entries(rows)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  ${name.padEnd(7)} ${value}`)
    .join('\n');
}

/** @param {Device} device */
function askForNumber({ application }) {
  return typed(`Number that ${application} shows: `);
}

/** @param {string} question */
async function agrees(question) {
  return /^y(es)?$/i.test(await typed(`${question} [y/N] `));
}

/** @param {string} question */
async function typed(question) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(question);
  terminal.close();
  return answer.trim();
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [content]
 */
function call(method, path, content) {
  const device = stored();
  const url = device.issuer + path;
  const body = content && JSON.stringify(content);
  const headers = {
    Authorization: requestProof(device, { method, url, body }),
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
  };
  return ask(url, { method, headers, ...(body === undefined ? {} : { body }) });
}

/**
 * @param {string} url
 * @param {RequestInit} request
 * @returns {Promise<any>}
 */
async function ask(url, request) {
  const answer = await fetch(url, request);
  const content = await answer.json();
  if (answer.ok) return content;
  if (answer.status === 426) throw new Error(`This app is too old: ${content.minimumVersion} or newer is needed.`);
  throw new Error(`${content.title} (${answer.status} ${content.code})`);
}

/** @returns {Device} */
function stored() {
  return JSON.parse(readFileSync(flags.file, 'utf8'));
}

/**
 * @param {object} content
 * @param {string} text
 */
function tell(content, text) {
  process.stdout.write(`${flags.json ? JSON.stringify(content) : text}\n`);
}

const [command = '', argument = ''] = positionals;
const run = COMMANDS[command];
if (!run) {
  process.stderr.write(`Commands: ${Object.keys(COMMANDS).join(', ')}\n`);
  process.exitCode = 2;
} else {
  await run(argument).catch((/** @type {Error} */ error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
