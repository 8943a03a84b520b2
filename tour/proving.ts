// One code accepted, and the ways in which codes are refused: all with the same bytes.
import { expectSame } from './refusal.js';
import type { Factor, Scene } from './scene.js';
import type { Answer, Shown } from './service.js';
import { codeOf, EARLY_MS, STEP_MS, stepAt, wrongCodes } from './totp.js';

const WRONG_UNTIL_LOCK = 5;

/** Returns the step whose code was spent, and the assertion that came of it. */
export async function verify(scene: Scene, factor: Factor): Promise<{ step: number; assertion: string }> {
  scene.announce({
    title: 'Verify a code',
    shows:
      'The code that an authenticator shows right now. Only a 200 lets the user in; every refusal is a 4xx. The answer holds a ' +
      'signed assertion of what was proven, here for the removal of a factor: the tour shows it again at the end.',
    lesson: 'an application that checks nothing but the status stays safe.',
  });
  const step = stepAt(Date.now());
  const answer = await tryCode(scene, {
    user: scene.user,
    code: codeOf(factor.secret, step),
    status: 200,
    action: 'factors.remove',
  });
  const { assertion, ...verdict } = answer.json;
  expectSame('the verdict', { valid: true, factorId: factor.id }, verdict);
  scene.expectEvent(answer, { action: 'verification.approved', userId: scene.user });
  scene.conclude('Accepted, and spent by it.');
  return { step, assertion: String(assertion) };
}

export async function replay(scene: Scene, factor: Factor, step: number): Promise<Answer> {
  scene.announce({
    title: 'The same code again',
    shows: 'Someone looked over the shoulder and sends the same code a moment later. It would still be in time.',
    lesson: 'RFC 6238 §5.2: a code is good once. Two of these at the same instant: one is let in, never both.',
  });
  const answer = await tryCode(scene, { user: scene.user, code: codeOf(factor.secret, step), status: 422 });
  expectSame('the code of the refusal', 'verification_refused', answer.json['code']);
  scene.expectEvent(answer, { action: 'verification.refused', reason: 'replayed_code', userId: scene.user });
  scene.conclude('Refused, and the answer does not say why.');
  return answer;
}

export async function askForStranger(scene: Scene, refused: Answer): Promise<void> {
  scene.announce({
    title: 'A user who does not exist',
    shows: 'A code for somebody who was never enrolled. The scope `verify` must not tell a caller who is.',
    lesson: 'the breach was a look-up that told known numbers from unknown ones. Here they are the same bytes.',
  });
  const answer = await tryCode(scene, { user: scene.stranger, code: '123456', status: 422 });
  expectSame('the answer for an unknown user', refused.bytes, answer.bytes);
  scene.expectEvent(answer, { action: 'verification.refused', reason: 'not_enrolled', userId: scene.stranger });
  scene.conclude('Status, headers and body are those of the answer before, byte for byte but for the request id.');
}

export async function guess(scene: Scene, factor: Factor, refused: Answer): Promise<void> {
  scene.announce({
    title: 'Guess until the lock',
    shows: 'Five wrong codes in a row. The fifth locks the user for 30 s, and each one after the lock doubles that.',
    lesson:
      'limits that hold against fast guessing and against low and slow: after 100 in 30 days codes stop altogether.',
  });
  for (const [i, code] of wrongCodes(factor.secret, WRONG_UNTIL_LOCK).entries()) {
    const answer = await tryCode(scene, { user: scene.user, code, status: 422, shown: i === 0 ? 'all' : 'nothing' });
    expectSame('the answer to a wrong code', refused.bytes, answer.bytes);
    scene.expectEvent(answer, { action: 'verification.refused', reason: 'wrong_code', userId: scene.user });
    if (i > 0) scene.screen.line(`    wrong code ${i + 1} of ${WRONG_UNTIL_LOCK}: 422, the same bytes`);
  }
  scene.conclude('Five refusals that look like the ones before. Nothing tells a guesser how near the lock is.');
}

export async function tryWhileLocked(scene: Scene, factor: Factor, spent: { step: number; refused: Answer }) {
  scene.announce({
    title: 'A right code, while locked',
    shows:
      'A right code that nobody has used yet. To be sure that it is the lock that refuses, the tour waits for the next ' +
      'code: the present one is spent. The service accepts it from 5 s before its time.',
    lesson: 'a guesser who hits the right code during the lock learns nothing from it.',
  });
  const step = Math.max(spent.step + 1, stepAt(Date.now()));
  // Half a second more than the service asks for.
  await scene.screen.countdown('Waiting for the next code', step * STEP_MS - EARLY_MS + 500);
  const answer = await tryCode(scene, { user: scene.user, code: codeOf(factor.secret, step), status: 422 });
  expectSame('the answer to a right code while locked', spent.refused.bytes, answer.bytes);
  scene.expectEvent(answer, { action: 'verification.refused', reason: 'locked', userId: scene.user });
  scene.conclude('Refused, with the same bytes once more.');
}

interface Try {
  readonly user: string;
  readonly code: string;
  readonly status: number;
  readonly action?: string;
  readonly shown?: Shown;
}

function tryCode(scene: Scene, { user, code, status, action, shown = 'all' }: Try): Promise<Answer> {
  const body = { code, ...(action === undefined ? {} : { action }) };
  return scene.exchange({ method: 'POST', path: `/v1/users/${user}/verify`, body }, status, shown);
}
