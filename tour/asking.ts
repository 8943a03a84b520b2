// A challenge for a known user and one for an unknown user. Both look alike, and so do the refusals of their answers.
import { expectSame } from './refusal.js';
import type { Factor, Scene } from './scene.js';
import type { Answer } from './service.js';
import { codeOf } from './totp.js';

export async function openChallenges(scene: Scene, factor: Factor, spent: { step: number; refused: Answer }) {
  scene.announce({
    title: 'Open a challenge',
    shows:
      'A challenge asks for one proof and has limits of its own: five minutes, five answers. The tour opens one for the user, ' +
      'and one for a user who does not exist. Both refuse the code that was used before.',
    lesson: 'challenges of known and unknown users must look alike.',
  });
  const [mine, theirs] = [await open(scene, scene.user), await open(scene, scene.stranger)];
  expectSame('the fields of both challenges', Object.keys(mine), Object.keys(theirs));
  const code = codeOf(factor.secret, spent.step);
  const reasons = { [scene.user]: 'replayed_code', [scene.stranger]: 'not_enrolled' };
  for (const [userId, { id }] of Object.entries({ [scene.user]: mine, [scene.stranger]: theirs })) {
    scene.screen.line();
    const wish = { method: 'POST', path: `/v1/challenges/${String(id)}/answer`, body: { code } } as const;
    const answer = await scene.exchange(wish, 422, userId === scene.user ? 'all' : 'head');
    expectSame('the refusal of an answer', spent.refused.bytes, answer.bytes);
    scene.expectEvent(answer, { action: 'verification.refused', reason: reasons[userId] ?? '', userId });
  }
  scene.conclude(
    'Both challenges look alike, and both refusals have the same bytes. Each challenge has four answers left.',
  );
}

async function open(scene: Scene, userId: string): Promise<Record<string, unknown>> {
  const wish = {
    method: 'POST',
    path: `/v1/users/${userId}/challenges`,
    body: { type: 'totp', action: 'login' },
  } as const;
  const answer = await scene.exchange(wish, 201);
  scene.expectEvent(answer, { action: 'challenge.created', userId });
  return answer.json;
}
