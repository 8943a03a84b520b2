// T-04, T-29. Like uniform-refusal.spec.ts, for the route that answers challenges. The attacker has a token with the
// scope `verify` and compares every byte. They ask whether the user exists, is locked or has a factor, and whether the
// challenge is their own, another client's or unknown. Only the audit log shows the reason.
import { tokenOf, totpAt, type EnrolledUser } from '../support/api.js';
import { Challenges } from '../support/challenges.js';
import { MINUTE, Stage } from '../support/stage.js';
import { Uniform, type Kind } from '../support/uniform.js';
import { masked } from '../support/wire.js';

const UNKNOWN = 'chl_01kaqy4zq7e1kvf3xh2vbsrzq0';
const RECOVERY_CODE = '7K2M-9QXT-04VB-HZ3D';
const NONE = { fresh: 0, gone: 0 };
const ONE = { fresh: 1, gone: 1 };

type Name = 'user' | 'locked' | 'stopped' | 'pending' | 'stranger' | 'over' | 'foreign';

describe('the uniform refusal of an answer', () => {
  let stage: Stage;
  let uniform: Uniform;
  let user: EnrolledUser;
  let locked: EnrolledUser;
  let reference: string;
  /** Challenges, by their user or state. */
  const ids: Partial<Record<Name, string>> = {};

  beforeAll(async () => {
    stage = await Stage.open();
    uniform = await Uniform.over(stage);
    await openAll();
    const [code = ''] = stage.wrong(user);
    reference = masked(await uniform.ask({ path: '/v1/users/user/verify', body: { code } }));
    await undo();
  });
  afterAll(async () => {
    await uniform.close();
    await stage.stop();
  });

  async function openAll(): Promise<void> {
    const challenges = new Challenges(stage);
    await stage.user('over');
    ids.over = (await challenges.open('over')).id;
    await stage.later(5 * MINUTE);
    [user, locked] = [await stage.user('user'), await stage.user('locked')];
    await stage.user('stopped');
    await stage.open('pending');
    await stage.verify('user', stage.right(user));
    for (const code of stage.wrong(locked, 5)) await stage.verify('locked', code);
    await stage.stopCodes('stopped');
    for (const name of ['user', 'locked', 'stopped', 'pending', 'stranger'] as const)
      ids[name] = (await challenges.open(name)).id;
    const token = await tokenOf(stage.service.url, await stage.service.client(stage.client.tenantId, 'verify'));
    ids.foreign = (await challenges.open('user', {}, { token })).id;
  }

  /** Clears the counts, so that no challenge and no user reaches a limit. */
  const undo = async () => {
    await uniform.owner.query('UPDATE challenges SET answers = 0');
    await uniform.forget('user');
  };

  const answer = (id: string | undefined, code: string) => ({
    path: `/v1/challenges/${id ?? ''}/answer`,
    body: { code },
  });

  const KINDS: Record<string, Kind> = {
    'a wrong code': { reason: 'wrong_code', request: () => answer(ids.user, stage.wrong(user)[0] ?? '') },
    'an expired code': {
      reason: 'wrong_code',
      request: () => answer(ids.user, totpAt(user.secret, stage.nowMs - 5 * MINUTE)),
    },
    'a used code': { reason: 'replayed_code', request: () => answer(ids.user, stage.right(user)) },
    'the right code of a locked user': { reason: 'locked', request: () => answer(ids.locked, stage.right(locked)) },
    'a code of a stopped user': { reason: 'codes_stopped', request: () => answer(ids.stopped, '123456') },
    'a user with a pending factor only': { reason: 'not_enrolled', request: () => answer(ids.pending, '123456') },
    'an unknown user': { reason: 'not_enrolled', request: () => answer(ids.stranger, '123456') },
  };

  const WITHOUT_A_CHALLENGE: Record<string, Kind> = {
    'a challenge that is over': { reason: 'challenge_over', request: () => answer(ids.over, '123456') },
    "another client's challenge": { reason: 'challenge_over', request: () => answer(ids.foreign, stage.right(user)) },
    'an unknown challenge': { reason: 'challenge_over', request: () => answer(UNKNOWN, '123456') },
  };

  it.each(Object.keys({ ...KINDS, ...WITHOUT_A_CHALLENGE }))('has the same bytes for %s, every time', async (name) => {
    const kind = { ...KINDS, ...WITHOUT_A_CHALLENGE }[name] as Kind;
    await uniform.expectBytes({ ...kind, undo }, reference);
  });

  it.each(Object.keys(KINDS))('writes one user row, one challenge and one event for %s', async (name) => {
    const writes = await uniform.writesOf({ ...(KINDS[name] as Kind), undo });
    expect(writes).toEqual({ users: ONE, factors: NONE, challenges: ONE, events: { fresh: 1, gone: 0 } });
  });

  it.each(Object.keys(WITHOUT_A_CHALLENGE))('writes one user row and one event for %s', async (name) => {
    const writes = await uniform.writesOf({ ...(WITHOUT_A_CHALLENGE[name] as Kind), undo });
    expect(writes).toEqual({ users: ONE, factors: NONE, challenges: NONE, events: { fresh: 1, gone: 0 } });
  });

  it('is the same for a code of another kind', async () => {
    expect(masked(await uniform.ask(answer(ids.user, RECOVERY_CODE)))).toBe(reference);
    expect(masked(await uniform.ask(answer(ids.stranger, RECOVERY_CODE)))).toBe(reference);
  });

  it('opens a challenge with the same answer and writes for known, locked and unknown users', async () => {
    const open = (userId: string): Kind => ({
      reason: '',
      request: () => ({ path: `/v1/users/${userId}/challenges`, body: { type: 'totp' } }),
    });
    const bytes = (answered: string) => masked(answered).replaceAll(/"(?:id|expiresAt)":"[^"]+"/g, '*');
    const seen = [];
    for (const userId of ['user', 'locked', 'stopped', 'pending', 'stranger', 'decoy-7']) {
      expect(await uniform.writesOf(open(userId))).toEqual({
        users: NONE,
        factors: NONE,
        challenges: { fresh: 1, gone: 0 },
        events: { fresh: 1, gone: 0 },
      });
      seen.push(bytes(await uniform.ask(open(userId).request(0))));
    }
    expect(seen[0]).toMatch(/^HTTP\/1\.1 201 Created/);
    expect(new Set(seen).size).toBe(1);
  });
});
