// One accepted code, and refused codes. All refusals have the same bytes.
import { expectSame } from './refusal.js';
import type { Factor, Scene } from './scene.js';
import type { Answer, Shown } from './service.js';
import { codeOf, EARLY_MS, STEP_MS, stepAt, wrongCodes } from './totp.js';

const WRONG_UNTIL_LOCK = 5;

/** Returns the step of the used code, and the assertion. */
export async function verify(scene: Scene, factor: Factor): Promise<{ step: number; assertion: string }> {
  scene.announce({
    title: 'Verify a code',
    shows:
      'The code that an authenticator shows now. Only a 200 means yes; every refusal is a 4xx. The answer holds a signed ' +
      'assertion of the proof, here for the removal of a factor. The tour uses it at the end.',
    lesson: 'an application that checks only the status stays safe.',
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
  scene.conclude('Accepted, and the code is used up.');
  return { step, assertion: String(assertion) };
}

export async function replay(scene: Scene, factor: Factor, step: number): Promise<Answer> {
  scene.announce({
    title: 'Send the same code again',
    shows: 'An attacker saw the code and sends it a moment later, while it is still in time.',
    lesson: 'RFC 6238 §5.2: a code is accepted once. Of two at the same instant, one is accepted, never both.',
  });
  const answer = await tryCode(scene, { user: scene.user, code: codeOf(factor.secret, step), status: 422 });
  expectSame('the code of the refusal', 'verification_refused', answer.json['code']);
  scene.expectEvent(answer, { action: 'verification.refused', reason: 'replayed_code', userId: scene.user });
  scene.conclude('Refused, and the answer shows no reason.');
  return answer;
}

export async function askForStranger(scene: Scene, refused: Answer): Promise<void> {
  scene.announce({
    title: 'Verify an unknown user',
    shows: 'A code for a user who was never enrolled. The scope `verify` must not show which users are enrolled.',
    lesson: 'the breach was a look-up that told known numbers from unknown ones. Here both get the same bytes.',
  });
  const answer = await tryCode(scene, { user: scene.stranger, code: '123456', status: 422 });
  expectSame('the answer for an unknown user', refused.bytes, answer.bytes);
  scene.expectEvent(answer, { action: 'verification.refused', reason: 'not_enrolled', userId: scene.stranger });
  scene.conclude('Status, headers and body equal the answer before, byte for byte, except for the request id.');
}

export async function guess(scene: Scene, factor: Factor, refused: Answer): Promise<void> {
  scene.announce({
    title: 'Guess until the lock',
    shows:
      'Five wrong codes in a row. The fifth locks the user for 30 s, and each wrong code after a lock doubles the time.',
    lesson: 'limits against fast and slow guessing: after 100 wrong codes in 30 days no code is accepted.',
  });
  for (const [i, code] of wrongCodes(factor.secret, WRONG_UNTIL_LOCK).entries()) {
    const answer = await tryCode(scene, { user: scene.user, code, status: 422, shown: i === 0 ? 'all' : 'nothing' });
    expectSame('the answer to a wrong code', refused.bytes, answer.bytes);
    scene.expectEvent(answer, { action: 'verification.refused', reason: 'wrong_code', userId: scene.user });
    if (i > 0) scene.screen.line(`    wrong code ${i + 1} of ${WRONG_UNTIL_LOCK}: 422, the same bytes`);
  }
  scene.conclude('Five refusals equal to the ones before. An attacker cannot see how near the lock is.');
}

export async function tryWhileLocked(scene: Scene, factor: Factor, spent: { step: number; refused: Answer }) {
  scene.announce({
    title: 'Send a right code while locked',
    shows:
      'A right, unused code. The current code is used up, so the tour waits for the next one: then only the lock can be the ' +
      'reason of the refusal. The service accepts a code from 5 s before its time.',
    lesson: 'an attacker who hits the right code during the lock learns nothing from it.',
  });
  const step = Math.max(spent.step + 1, stepAt(Date.now()));
  // Half a second more than the service needs.
  await scene.screen.countdown('Waiting for the next code', step * STEP_MS - EARLY_MS + 500);
  const answer = await tryCode(scene, { user: scene.user, code: codeOf(factor.secret, step), status: 422 });
  expectSame('the answer to a right code while locked', spent.refused.bytes, answer.bytes);
  scene.expectEvent(answer, { action: 'verification.refused', reason: 'locked', userId: scene.user });
  scene.conclude('Refused, with the same bytes again.');
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
