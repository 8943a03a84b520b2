// R-05, T-04. The attacker may ask whether a code is right, and compares everything else in the answers. They want to
// know which users exist, have a second factor or are locked, and whether a code was right but late. Every refusal has
// the same bytes and the same writes; only the audit log holds the reason.
import { tokenOf, totpAt, type EnrolledUser } from '../support/api.js';
import { MINUTE, SECOND, Stage, type Pending } from '../support/stage.js';
import { Uniform, type Kind } from '../support/uniform.js';
import { masked } from '../support/wire.js';

const NONE = { fresh: 0, gone: 0 };
const UNKNOWN_FACTOR = 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0';
const DECOY_FACTOR = 'fac_0000000000e008000000000007';

describe('uniform refusal', () => {
  let stage: Stage;
  let uniform: Uniform;
  let user: EnrolledUser;
  let other: EnrolledUser;
  let foreign: EnrolledUser;
  let locked: EnrolledUser;
  let stopped: EnrolledUser;
  let removed: EnrolledUser;
  let pending: Pending;
  let late: Pending;
  let theirs: Pending;
  let reference: string;

  beforeAll(async () => {
    stage = await Stage.open();
    uniform = await Uniform.over(stage);
    await makeUsers();
    const [code = ''] = stage.wrong(user);
    reference = masked(await uniform.ask({ path: '/v1/users/user/verify', body: { code } }));
    await uniform.forget('user');
  });
  afterAll(async () => {
    await uniform.close();
    await stage.stop();
  });

  async function makeUsers(): Promise<void> {
    late = await stage.open('late');
    await stage.later(10 * MINUTE);
    removed = await stage.user('removed');
    const assertion = await stage.proof(removed, 'factors.remove');
    expect((await stage.remove('removed', removed.factorId, { assertion })).status).toBe(204);
    [user, other, locked] = [await stage.user('user'), await stage.user('other'), await stage.user('locked')];
    stopped = await stage.user('stopped');
    pending = await stage.open('pending');
    const own = stage.token;
    stage.token = await tokenOf(stage.service.url, await stage.service.tenant());
    [foreign, theirs] = [await stage.user('foreign'), await stage.open('foreign-pending')];
    stage.token = own;
    await stage.verify('user', stage.right(user));
    for (const code of stage.wrong(locked, 5)) await stage.verify('locked', code);
    await stage.stopCodes('stopped');
  }

  const verify = (userId: string, code: string) => ({ path: `/v1/users/${userId}/verify`, body: { code } });
  const confirm = (userId: string, factorId: string, code: string) => ({
    path: `/v1/users/${userId}/factors/${factorId}/confirm`,
    body: { code },
  });

  const wrongAt = (index: number) => stage.wrong(user, 4)[index % 4] ?? '';

  const VERIFICATIONS: Record<string, Kind> = {
    'a wrong code': {
      reason: 'wrong_code',
      undo: () => uniform.forget('user'),
      request: (index) => verify('user', wrongAt(index)),
    },
    'an expired code': {
      reason: 'wrong_code',
      undo: () => uniform.forget('user'),
      request: () => verify('user', totpAt(user.secret, stage.nowMs - 5 * MINUTE)),
    },
    'a code of the other length': {
      reason: 'wrong_code',
      undo: () => uniform.forget('user'),
      request: () => verify('user', '12345678'),
    },
    'a used code': { reason: 'replayed_code', request: () => verify('user', stage.right(user)) },
    'a wrong code of a locked user': {
      reason: 'locked',
      request: () => verify('locked', stage.wrong(locked)[0] ?? ''),
    },
    'the right code of a locked user': { reason: 'locked', request: () => verify('locked', stage.right(locked)) },
    'the right code of a stopped user': {
      reason: 'codes_stopped',
      request: () => verify('stopped', stage.right(stopped)),
    },
    'a user whose factor was removed': {
      reason: 'not_enrolled',
      request: () => verify('removed', stage.right(removed)),
    },
    'a user with a pending factor only': {
      reason: 'not_enrolled',
      request: () => verify('pending', stage.right(pending)),
    },
    'one unknown user': { reason: 'not_enrolled', request: () => verify('stranger', '123456') },
    'ever new unknown users': { reason: 'not_enrolled', request: (index) => verify(`stranger-${index}`, '123456') },
    "another tenant's user": { reason: 'not_enrolled', request: () => verify('foreign', stage.right(foreign)) },
  };

  const CONFIRMATIONS: Record<string, Kind> = {
    'a wrong code': {
      reason: 'wrong_code',
      undo: () => uniform.forget('pending'),
      request: () => confirm('pending', pending.id, stage.wrong(pending)[0] ?? ''),
    },
    'an expired factor': { reason: 'not_enrolled', request: () => confirm('late', late.id, stage.right(late)) },
    'an active factor': {
      reason: 'not_enrolled',
      request: () => confirm('other', other.factorId, totpAt(other.secret, stage.nowMs)),
    },
    'an unknown factor': { reason: 'not_enrolled', request: () => confirm('user', UNKNOWN_FACTOR, '123456') },
    'an unknown user': { reason: 'not_enrolled', request: () => confirm('stranger', UNKNOWN_FACTOR, '123456') },
    "another tenant's factor": {
      reason: 'not_enrolled',
      request: () => confirm('foreign-pending', theirs.id, stage.right(theirs)),
    },
    "another user's factor": {
      reason: 'not_enrolled',
      request: () => confirm('user', pending.id, stage.right(pending)),
    },
    "a decoy's factor": { reason: 'not_enrolled', request: () => confirm('decoy-7', DECOY_FACTOR, '123456') },
  };

  it('is a 422 that names no reason', () => {
    const [head = '', body = ''] = reference.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 422 Unprocessable Entity\r\n/);
    expect(JSON.parse(body)).toEqual({
      type: expect.any(String),
      title: expect.any(String),
      status: 422,
      code: 'verification_refused',
      requestId: '*',
    });
    expect(stage.nowMs % SECOND).toBe(0);
  });

  describe.each([
    ['verification', VERIFICATIONS],
    ['confirmation', CONFIRMATIONS],
  ])('of a %s', (_route, kinds) => {
    it.each(Object.keys(kinds))('has the same bytes for %s, every time', async (name) => {
      await uniform.expectBytes(kinds[name] as Kind, reference);
    });

    it.each(Object.keys(kinds))('writes one user row and one event for %s, and nothing else', async (name) => {
      expect(await uniform.writesOf(kinds[name] as Kind)).toEqual({
        users: { fresh: 1, gone: 1 },
        factors: NONE,
        challenges: NONE,
        events: { fresh: 1, gone: 0 },
      });
    });
  });
});
