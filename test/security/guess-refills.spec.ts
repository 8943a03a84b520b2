// R-14, T-45. The attacker has one credential with `verify` and `tenant:admin`, or a stolen browser token, and guesses
// one user's code repeatedly. They unlock in between, guess through another route, or wait for the owner's passkey
// sign-in. They get a hundred wrong codes in 30 days, and no more.
import { call, tokenOf, type EnrolledUser } from '../support/api.js';
import { Passkeys, ORIGIN } from '../support/passkeys.js';
import { SoftwareAuthenticator } from '../support/software-authenticator.js';
import { forgetPhones, PhoneDesk } from '../support/phones.js';
import { opening } from '../support/provers.js';
import { DAY, MINUTE, SECOND, Stage, tally, type Pending } from '../support/stage.js';

const HOUR = 60 * MINUTE;

/** The result is the same for 1,200 and for 600 guesses; the suite runs the shorter version. */
const GUESSES = Number(process.env['REFILL_GUESSES'] ?? 600);

describe('guesses of one user', () => {
  let stage: Stage;
  let passkeys: Passkeys;

  beforeAll(async () => {
    stage = await Stage.open(2);
    passkeys = await Passkeys.of(stage);
  });
  afterAll(() => stage.stop());

  const wrongCodes = async (userId: string) => tally(await stage.verdicts(userId))['wrong_code'] ?? 0;
  const unlock = async (userId: string, instance = 0) => {
    const path = `/v1/users/${userId}/unlock`;
    return (await call(stage.urls[instance % 2] ?? '', { method: 'POST', path, token: stage.token })).status;
  };
  const right = async (user: EnrolledUser) => (await stage.verify(user.userId, stage.right(user))).status;

  /** Rounds of four guesses and an unlock, ten rounds in parallel over two processes. */
  async function guessAndUnlock(user: EnrolledUser, rounds: number): Promise<void> {
    const round = async (number: number) => {
      await Promise.all(stage.wrong(user, 4).map((code, index) => stage.verify(user.userId, code, number + index)));
      expect(await unlock(user.userId, number)).toBe(204);
    };
    for (let done = 0; done < rounds; done += 10)
      await Promise.all(Array.from({ length: 10 }, (_none, index) => round(done + index)));
  }

  it('count one hundred times although every fourth is followed by an unlock, and an unlock refunds none', async () => {
    const user = await stage.user('unlocked');
    const first = stage.nowMs;
    await stage.later(MINUTE);
    await guessAndUnlock(user, GUESSES / 4);
    process.stderr.write(`${GUESSES} guesses with an unlock every four: ${await wrongCodes('unlocked')} checked\n`);
    expect(await wrongCodes('unlocked')).toBe(100);
    expect(await unlock('unlocked')).toBe(204);
    expect(await right(user)).toBe(422);
    await stage.at(first + MINUTE + 30 * DAY);
    expect(await right(user)).toBe(200);
  });

  it('are counted together over all routes: codes, known browsers, challenges, phones', async () => {
    await forgetPhones(stage);
    const desk = await PhoneDesk.of(stage);
    const user = await desk.insert(await stage.user('doors'), '+12015550123');
    await stage.later(MINUTE);
    const signIn = await stage.post('/v1/users/doors/verify', {
      code: stage.right(user),
      endUser: { rememberBrowser: true },
    });
    const { browserToken } = signIn.json() as { browserToken: string };
    const [wrong = ''] = stage.wrong(user);
    const phone = await opening(stage, { userId: 'doors', type: 'phone' });
    const notSent = desk.codeOfChallenge(phone.id, user.phoneId) === '000000' ? '000001' : '000000';
    const totp = () => opening(stage, { userId: 'doors', type: 'totp' });
    const doors: (() => Promise<unknown>)[] = [
      () => stage.verify('doors', wrong, 1),
      () => stage.post('/v1/users/doors/verify', { code: wrong, endUser: { browserToken } }),
      async () => stage.post(`/v1/challenges/${(await totp()).id}/answer`, { code: wrong }, 1),
      () => stage.post(`/v1/challenges/${phone.id}/answer`, { code: notSent }),
    ];
    for (let round = 0; round < 45; round += 1) {
      await Promise.all(doors.map((knock) => knock()));
      await unlock('doors', round);
    }
    expect(await wrongCodes('doors')).toBe(100);
    expect((await stage.guard('doors'))?.recent).toBe(100);
  });

  it('leave the last ten of the hundred to browsers that the owner used before', async () => {
    const user = await stage.user('kept');
    await stage.later(MINUTE);
    const body = { code: stage.right(user), endUser: { rememberBrowser: true } };
    const { browserToken } = (await stage.post('/v1/users/kept/verify', body)).json() as { browserToken: string };
    const failures = Array<Date>(85).fill(new Date(stage.nowMs));
    await stage.service.sql("UPDATE users SET recent_failures = $1 WHERE user_id = 'kept'", [failures]);
    await guessAndUnlock(user, 20);
    expect(await wrongCodes('kept')).toBe(5);
    await stage.later(MINUTE);
    expect(await right(user)).toBe(422);
    const known = { code: stage.right(user), endUser: { browserToken } };
    expect((await stage.post('/v1/users/kept/verify', known)).status).toBe(200);
  });

  /** The owner adds a passkey beside the authenticator. */
  async function withPasskey(userId: string) {
    const user = await stage.user(userId);
    const assertion = await stage.proof(user, 'factors.add');
    const { id, publicKey } = await passkeys.open(userId, {}, assertion);
    const authenticator = new SoftwareAuthenticator(ORIGIN);
    expect((await passkeys.confirm(userId, id, authenticator.create(publicKey))).status).toBe(200);
    const prove = async (action: string) => {
      const answer = await passkeys.prove({ userId, factorId: id, authenticator }, { action });
      return (answer.json() as { assertion: string }).assertion;
    };
    return { user, prove };
  }

  const replace = async ({ userId, factorId }: EnrolledUser, assertion: string) => {
    const path = `/v1/users/${userId}/factors/totp`;
    const headers = { 'step-up': assertion };
    const opened = await call(stage.service.url, { path, token: stage.token, headers, body: { replaces: factorId } });
    expect(opened.status).toBe(201);
    return opened.json() as Pending;
  };

  it('are refunded by a new authenticator that a passkey authorized as replacement, not by a passkey sign-in', async () => {
    const { user, prove } = await withPasskey('rebound');
    await stage.stopCodes('rebound');
    expect(await prove('login')).toMatch(/^ey/);
    expect(await right(user)).toBe(422);
    const next = await replace(user, await prove('factors.add'));
    expect((await stage.guard('rebound'))?.recent).toBe(100);
    expect((await stage.confirm('rebound', next.id, stage.right(next))).status).toBe(200);
    expect((await stage.guard('rebound'))?.recent).toBe(0);
    await stage.later(30 * SECOND);
    expect((await stage.verify('rebound', stage.right(next))).status).toBe(200);
  });

  it('are not refunded by a new authenticator that a code authorized, or that is added beside the old one', async () => {
    const { user, prove } = await withPasskey('beside');
    const weak = await replace(user, await stage.proof(user, 'factors.add'));
    await stage.stopCodes('beside');
    expect((await stage.confirm('beside', weak.id, stage.right(weak))).status).toBe(422);
    const headers = { 'step-up': await prove('factors.add') };
    const path = '/v1/users/beside/factors/totp';
    const added = (await call(stage.service.url, { path, token: stage.token, headers, body: {} })).json() as Pending;
    expect((await stage.confirm('beside', added.id, stage.right(added))).status).toBe(422);
    expect((await stage.guard('beside'))?.recent).toBe(100);
  });

  describe('start again from zero', () => {
    let second: string;

    const reopen = (userId: string, token: string, instance = 0) =>
      call(stage.urls[instance % 2] ?? '', { method: 'POST', path: `/v1/users/${userId}/reopen-codes`, token });

    beforeEach(async () => {
      const client = await stage.service.client(stage.client.tenantId, 'tenant:admin');
      second = await tokenOf(stage.service.url, client);
    });

    it('when two clients ask within an hour, once in 30 days', async () => {
      const user = await stage.user('reopened');
      await stage.stopCodes('reopened');
      const asked = await reopen('reopened', stage.token);
      expect([asked.status, asked.json()]).toMatchObject([200, { status: 'asked' }]);
      const again = await reopen('reopened', await tokenOf(stage.service.url, stage.client));
      expect([again.status, again.json()]).toMatchObject([403, { code: 'second_client_required' }]);
      await stage.later(30 * SECOND);
      expect(await right(user)).toBe(422);
      const reopened = await reopen('reopened', second);
      expect([reopened.status, reopened.json()]).toEqual([200, { status: 'reopened', endsAt: null }]);
      expect(await right(user)).toBe(200);
      const later = await reopen('reopened', second);
      expect([later.status, later.json()]).toMatchObject([409, { code: 'codes_reopened' }]);
      expect((await reopen('unknown', stage.token)).status).toBe(404);
      const events = `SELECT action, reason FROM audit_events WHERE action LIKE 'user.codes%' ORDER BY tx`;
      expect(await stage.service.sql(events)).toEqual([
        { action: 'user.codes_reopening_asked', reason: null },
        { action: 'user.codes_reopening_refused', reason: 'same_client_again' },
        { action: 'user.codes_reopened', reason: null },
        { action: 'user.codes_reopening_refused', reason: 'reopened_before' },
      ]);
    });

    it('not when two clients ask an hour apart', async () => {
      await stage.user('apart');
      const asked = await reopen('apart', stage.token);
      expect(asked.json()).toEqual({ status: 'asked', endsAt: new Date(stage.nowMs + HOUR).toISOString() });
      await stage.at(stage.nowMs + HOUR);
      const client = await stage.service.client(stage.client.tenantId, 'tenant:admin');
      expect((await reopen('apart', await tokenOf(stage.service.url, client))).json()).toMatchObject({
        status: 'asked',
      });
    });

    it('once for 40 parallel requests of two clients over two processes', async () => {
      await stage.user('raced');
      await reopen('raced', stage.token);
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_none, index) => reopen('raced', index % 3 === 0 ? stage.token : second, index)),
      );
      const reopened = answers.filter((answer) => answer.status === 200);
      expect(reopened.map((answer) => answer.json() as object)).toEqual([{ status: 'reopened', endsAt: null }]);
    });
  });
});
