// A phone as a factor, and the three questions about numbers. The codes come from the outbox, the file to which the
// demo tenant sends them.
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { awaitMargin } from './opening.js';
import { expectSame, Hindrance } from './refusal.js';
import type { Scene } from './scene.js';
import type { Answer } from './service.js';
import { codeOf, stepAt } from './totp.js';

/** Milliseconds until a code must have been sent. */
const PATIENCE_MS = 5_000;
/** A code is sent within a second. After this time a code to the other number would have arrived. */
const BOTH_BEGUN_MS = 1_500;
// Area codes of the United States, with 555-0100 to 555-0199, which are reserved for fiction.
const AREAS = '201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248'
  .concat(' 251 252 253 254 256 260 262 267 269 270 272 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315')
  .concat(' 316 317 318 319 320 321 323 325 330 331 334 336 337 339 347 351 352 360 361 385 386 401 402 404 405 406')
  .split(' ');

interface Number {
  readonly e164: string;
  /** The same, as people write it. */
  readonly spelled: string;
}

export async function meetPhone(scene: Scene, dataDir: string): Promise<void> {
  const outbox = new Outbox(join(dataDir, 'outbox.jsonl'));
  const [number, other] = [fictional(), fictional()];
  await enrol(scene, outbox, number);
  await lookUpBlind(scene, outbox, { number, other });
  await match(scene, { number, other });
  await lookUp(scene, number);
}

async function enrol(scene: Scene, outbox: Outbox, { e164, spelled }: Number): Promise<void> {
  scene.announce({
    title: 'Enrol a phone',
    shows:
      'Codes by text message are the weakest factor: off until the tenant turns them on, never the first factor, never the only one. So this ' +
      'user has an authenticator, and the enrolment needs a proof by it. Without the proof, known and unknown users get the same answer. ' +
      'The answer does not repeat the number, and it holds the text that the user has to see.',
    lesson: 'SMS is restricted (SP 800-63B-4 §3.2.9), and the breach of 2024 harvested phone numbers.',
  });
  const path = `/v1/users/${scene.phoneUser}/phones`;
  const body = { phoneNumber: spelled };
  const assertion = await proveByAuthenticator(scene);
  const refused = await scene.exchange({ method: 'POST', path, body }, 403, 'head');
  scene.expectEvent(refused, { action: 'step_up.refused', reason: 'step_up_missing', userId: scene.phoneUser });
  const ofUnknown = { method: 'POST', path: `/v1/users/${scene.stranger}/phones`, body } as const;
  const unknown = await scene.exchange(ofUnknown, 403, 'nothing');
  expectSame('the refusal for an unknown user', refused.bytes, unknown.bytes);
  scene.expectEvent(unknown, { action: 'step_up.refused', reason: 'step_up_missing', userId: scene.stranger });
  scene.screen.line();
  const begun = await scene.send({ method: 'POST', path, body, stepUp: assertion });
  if (begun.json['code'] === 'phones_off') throw phonesOff();
  expectSame('the status of the enrolment', 202, begun.status);
  expectSame('whether the answer repeats the number', false, begun.text.includes(e164.slice(-7)));
  scene.expectEvent(begun, { action: 'factor.enrolment_opened', userId: scene.phoneUser });
  const code = await outbox.codeTo(scene, e164, 'enrolment');
  const confirm = { method: 'POST', path: `${path}/${String(begun.json['id'])}/confirm`, body: { code } } as const;
  const confirmed = await scene.exchange(confirm, 200);
  expectSame('the shown digits of the number', `•• ${e164.slice(-2)}`, confirmed.json['hint']);
  scene.expectEvent(confirmed, { action: 'factor.activated', userId: scene.phoneUser });
  scene.conclude('The phone is active. From now on only its last two digits are shown.');
}

/** An authenticator for the user, and its proof. The step has shown this before, so it is not drawn. */
async function proveByAuthenticator(scene: Scene): Promise<string> {
  const users = `/v1/users/${scene.phoneUser}`;
  const opened = await scene.exchange({ method: 'POST', path: `${users}/factors/totp`, body: {} }, 201, 'nothing');
  scene.expectEvent(opened, { action: 'factor.enrolment_opened', userId: scene.phoneUser });
  const { id, secret } = opened.json as { id: string; secret: string };
  scene.screen.hide(secret);
  await awaitMargin(scene);
  const step = stepAt(Date.now());
  const path = `${users}/factors/${id}/confirm`;
  const confirmed = await scene.exchange(
    { method: 'POST', path, body: { code: codeOf(secret, step - 1) } },
    200,
    'nothing',
  );
  scene.expectEvent(confirmed, { action: 'factor.activated', userId: scene.phoneUser });
  const body = { code: codeOf(secret, step), action: 'factors.add' };
  const proof = await scene.exchange({ method: 'POST', path: `${users}/verify`, body }, 200, 'nothing');
  scene.expectEvent(proof, { action: 'verification.approved', userId: scene.phoneUser });
  return String(proof.json['assertion']);
}

/** Returns the used code. */
async function lookUpBlind(scene: Scene, outbox: Outbox, { number, other }: { number: Number; other: Number }) {
  scene.announce({
    title: 'Whose number is this? A blind look-up',
    shows:
      'The question of 2024, asked twice: about the number just confirmed, and about an unregistered number. The answers are alike. Only the ' +
      'registered phone gets a code. The person who holds it types the code, and the client gets the user’s id.',
    lesson: 'a list of numbers reveals no registered numbers, at any speed.',
  });
  const [known, unknown] = [await beginBlind(scene, number), await beginBlind(scene, other)];
  expectSame('the fields of both answers', Object.keys(known.json), Object.keys(unknown.json));
  const code = await outbox.codeTo(scene, number.e164, 'blind_lookup');
  await new Promise((done) => setTimeout(done, BOTH_BEGUN_MS));
  expectSame('whether the other number was sent a code', false, outbox.has(other.e164));
  const path = `/v1/blind-lookups/${String(known.json['id'])}/answer`;
  const found = await scene.exchange({ method: 'POST', path, body: { code } }, 200);
  expectSame('the user of the number', scene.phoneUser, found.json['userId']);
  scene.expectEvent(found, { action: 'blind_lookup.answered' });
  scene.screen.line();
  const again = await scene.exchange({ method: 'POST', path, body: { code } }, 422, 'head');
  scene.expectEvent(again, { action: 'blind_lookup.refused' });
  scene.conclude('Found once, by the person who holds the phone.');
  return code;
}

async function beginBlind(scene: Scene, { spelled }: Number): Promise<Answer> {
  const wish = { method: 'POST', path: '/v1/blind-lookups', body: { phoneNumber: spelled } } as const;
  const begun = await scene.send(wish);
  if (begun.json['code'] === 'client_quarantined') throw stopped();
  expectSame('the status of POST /v1/blind-lookups', 202, begun.status);
  scene.screen.line();
  scene.expectEvent(begun, { action: 'blind_lookup.begun' });
  return begun;
}

async function match(scene: Scene, { number, other }: { number: Number; other: Number }): Promise<void> {
  scene.announce({
    title: 'Is this number still theirs?',
    shows:
      'For a form that shows a number and asks whether it is still right: one user, one number, one boolean. The limits are five numbers per user and ' +
      'five users per number a day. Each new pair is one of the client’s hundred look-ups. Another spelling of the number costs nothing again.',
    lesson: 'a necessary question gets an answer that cannot be harvested.',
  });
  const path = `/v1/users/${scene.phoneUser}/phone-match`;
  for (const [phoneNumber, expected] of [
    [number.e164, true],
    [number.spelled, true],
    [other.e164, false],
  ] as const) {
    const answer = await scene.exchange(
      { method: 'POST', path, body: { phoneNumber } },
      200,
      expected ? 'nothing' : 'all',
    );
    expectSame('whether it is theirs', { match: expected }, answer.json);
    scene.expectEvent(answer, { action: 'phone.match_asked', userId: scene.phoneUser });
    if (expected) scene.screen.line(`    ${phoneNumber}: {"match":true}`);
  }
  scene.conclude('Two answers are true, one is false.');
}

async function lookUp(scene: Scene, { e164 }: Number): Promise<void> {
  scene.announce({
    title: 'Is this number registered at all?',
    shows:
      'The plain question also has an answer, if the tenant turns it on. The limit is a hundred times a day for a client and three hundred for all ' +
      'clients, for registered and unregistered numbers alike. The demo client has every scope except this one.',
    lesson: 'dangerous functions are off by default.',
  });
  const wish = { method: 'POST', path: '/v1/phone-lookups', body: { phoneNumber: e164 } } as const;
  const answer = await scene.exchange(wish, 403);
  expectSame('the code of the refusal', 'insufficient_scope', answer.json['code']);
  scene.conclude('Refused.');
}

function fictional(): Number {
  const area = AREAS[randomInt(AREAS.length)] ?? '201';
  const line = String(100 + randomInt(100)).padStart(4, '0');
  return { e164: `+1${area}555${line}`, spelled: `+1 (${area}) 555-${line}` };
}

function stopped(): Hindrance {
  return new Hindrance(
    'Look-ups of the demo client were stopped, because many tours asked about unregistered numbers. Release the client with ' +
      '`npm run --silent admin -- clients allow-look-ups --client CLIENT --reason "tours" --apply`.',
  );
}

function phonesOff(): Hindrance {
  return new Hindrance(
    'The demo tenant was made by an older release and has no phones. Start the service with another DATA_DIR, or turn phones on with ' +
      '`npm run --silent admin -- phones set --tenant TENANT --via outbox --countries US --apply`.',
  );
}

/** The file to which the demo tenant sends its codes, and a person's telephone in it. */
class Outbox {
  constructor(private readonly file: string) {}

  async codeTo(scene: Scene, e164: string, purpose: string): Promise<string> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = this.messages().find((message) => message.phoneNumber === e164 && message.purpose === purpose);
      if (found) return this.shown(scene, found);
      if (Date.now() > deadline) throw new Hindrance(`No code came to ${this.file}: look into the log of the service.`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  has(e164: string): boolean {
    return this.messages().some(({ phoneNumber }) => phoneNumber === e164);
  }

  private shown({ screen }: Scene, { phoneNumber, code, text }: Message): string {
    screen.hide(code);
    screen.line();
    screen.prose(`To ${phoneNumber}: “${text.replace(code, '***')}”`, 'dim', '  ✉ ');
    screen.line();
    return code;
  }

  private messages(): Message[] {
    if (!existsSync(this.file)) return [];
    const lines = readFileSync(this.file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Message);
  }
}

interface Message {
  readonly phoneNumber: string;
  readonly purpose: string;
  readonly code: string;
  readonly text: string;
}
