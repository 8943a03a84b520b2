// T-15, T-02. An attacker at the login page knows a user id and sends wrong codes, to lock the owner out or to guess.
// The owner's browser has a token from an earlier success. Other attackers have stolen such a token, or make one up.
import { call, tokenOf, type Answer, type EnrolledUser } from '../support/api.js';
import { askForCodes, stepUp } from '../support/recovery.js';
import { DAY, MINUTE, SECOND, Stage, statuses, type Pending } from '../support/stage.js';

interface Try {
  readonly browserToken?: string;
  readonly instance?: number;
  readonly token?: string;
}

describe('browser tokens', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open(2);
  });
  afterAll(() => stage.stop());

  const tried = (userId: string, code: string, { browserToken, instance = 0, token = stage.token }: Try = {}) => {
    const endUser = browserToken === undefined ? {} : { endUser: { browserToken } };
    return call(stage.urls[instance % 2] ?? '', {
      path: `/v1/users/${userId}/verify`,
      token,
      body: { code, ...endUser },
    });
  };

  const browserTokenIn = (answer: Answer) => (answer.json() as { browserToken?: string }).browserToken;

  /** A sign-in in a new browser. The clock moves on, so that the user has an unused code again. */
  async function remembered(user: EnrolledUser): Promise<string> {
    const body = { code: stage.right(user), endUser: { rememberBrowser: true } };
    const answer = await stage.post(`/v1/users/${user.userId}/verify`, body);
    await stage.later(MINUTE);
    return browserTokenIn(answer) ?? `no token: ${answer.text}`;
  }

  const lockedOut = async (user: EnrolledUser) => {
    for (const code of stage.wrong(user, 5)) expect((await stage.verify(user.userId, code)).status).toBe(422);
    expect((await stage.guard(user.userId))?.locked_until).not.toBeNull();
  };

  it('are issued only after a success that asks for one', async () => {
    const user = await stage.user('asks');
    expect(await remembered(user)).toMatch(/^btk_[0-9A-Za-z]{36}$/);
    expect(browserTokenIn(await stage.verify('asks', stage.right(user)))).toBeUndefined();
    const body = { code: stage.wrong(user)[0], endUser: { rememberBrowser: true } };
    const refused = await stage.post('/v1/users/asks/verify', body);
    expect([refused.status, browserTokenIn(refused)]).toEqual([422, undefined]);
  });

  it("let the owner sign in while a stranger's wrong codes lock or stop strangers", async () => {
    const user = await stage.user('owner');
    const first = await remembered(user);
    await lockedOut(user);
    expect((await tried('owner', stage.right(user))).status).toBe(422);
    const let_in = await tried('owner', stage.right(user), { browserToken: first });
    expect(let_in.status).toBe(200);
    expect((await stage.guard('owner'))?.locked_until).not.toBeNull();
    // SECURITY(T-15): the last ten of the hundred wrong codes are reserved for known browsers.
    const failures = Array<Date>(90).fill(new Date(stage.nowMs));
    await stage.service.sql("UPDATE users SET recent_failures = $1 WHERE user_id = 'owner'", [failures]);
    await stage.later(DAY);
    expect((await tried('owner', stage.right(user))).status).toBe(422);
    expect((await tried('owner', stage.right(user), { browserToken: browserTokenIn(let_in) ?? '' })).status).toBe(200);
  });

  it('have a lock of their own: five wrong codes with a token lock only tries with it', async () => {
    const user = await stage.user('apart');
    const browserToken = await remembered(user);
    for (const code of stage.wrong(user, 5)) await tried('apart', code, { browserToken });
    expect((await tried('apart', stage.right(user), { browserToken })).status).toBe(422);
    expect(await stage.guard('apart')).toMatchObject({ consecutive_failures: 0, recent: 5, locked_until: null });
    expect((await stage.verify('apart', stage.right(user))).status).toBe(200);
  });

  it('allow five of 60 parallel wrong codes over two processes, renewed or not', async () => {
    const user = await stage.user('burst');
    const browserToken = await remembered(user);
    const codes = stage.wrong(user, 60);
    const answers = await Promise.all(codes.map((code, instance) => tried('burst', code, { browserToken, instance })));
    expect(statuses(answers)).toEqual({ 422: 60 });
    const [row] = await stage.service.sql<{ n: number }>(
      "SELECT count(*)::int AS n FROM audit_events WHERE user_id = 'burst' AND reason = 'wrong_code'",
    );
    expect(row?.n).toBe(5);
  });

  it('work once: each success replaces the token', async () => {
    const user = await stage.user('renewed');
    const first = await remembered(user);
    const second = browserTokenIn(await tried('renewed', stage.right(user), { browserToken: first })) ?? '';
    expect(second).not.toBe(first);
    await stage.later(MINUTE);
    await lockedOut(user);
    expect((await tried('renewed', stage.right(user), { browserToken: first })).status).toBe(422);
    expect((await tried('renewed', stage.right(user), { browserToken: second })).status).toBe(200);
  });

  it("are ignored if made up, foreign, expired or malformed: the try counts as a stranger's", async () => {
    const [user, other] = [await stage.user('victim'), await stage.user('thief')];
    const stolen = await remembered(other);
    const foreignToken = await tokenOf(stage.service.url, await stage.service.tenant());
    const own = await remembered(user);
    await lockedOut(user);
    const presented = [stolen, own.slice(0, -1), `${own}x`, 'btk_', ' ', "' OR true --", '\u0000', '１'.repeat(40)];
    for (const browserToken of presented)
      expect((await tried('victim', stage.right(user), { browserToken })).status).toBe(422);
    const foreign = await tried('victim', stage.right(user), { browserToken: own, token: foreignToken });
    expect(foreign.status).toBe(422);
    await stage.later(90 * DAY);
    await lockedOut(user);
    expect((await tried('victim', stage.right(user), { browserToken: own })).status).toBe(422);
  });

  const CHANGES: Readonly<Record<string, (user: EnrolledUser) => Promise<number>>> = {
    'a factor is added': async (user) => {
      const assertion = await stepUp(stage, user, 'factors.add');
      const path = `/v1/users/${user.userId}/factors/totp`;
      const opened = await call(stage.service.url, {
        path,
        body: {},
        headers: { 'step-up': assertion },
        token: stage.token,
      });
      const { id, secret } = opened.json() as Pending;
      return (await stage.confirm(user.userId, id, stage.right({ secret }))).status;
    },
    'recovery codes are made': async (user) =>
      (await askForCodes(stage, user.userId, await stepUp(stage, user, 'factors.regenerate'))).status,
  };

  it.each(Object.keys(CHANGES))('are void after %s', async (change) => {
    const user = await stage.user(change.replaceAll(' ', '-'));
    const browserToken = await remembered(user);
    expect([200, 201]).toContain(await CHANGES[change]?.(user));
    await stage.later(30 * SECOND);
    await lockedOut(user);
    expect((await tried(user.userId, stage.right(user), { browserToken })).status).toBe(422);
  });

  it('are void after a factor is removed', async () => {
    const user = await stage.user('removed');
    await remembered(user);
    const known = () => stage.service.sql("SELECT browsers <> '{}' AS known FROM users WHERE user_id = 'removed'");
    expect(await known()).toEqual([{ known: true }]);
    const assertion = await stage.proof(user, 'factors.remove');
    expect((await stage.remove('removed', user.factorId, { assertion })).status).toBe(204);
    expect(await known()).toEqual([{ known: false }]);
  });

  it('are kept for the newest ten browsers of a user', async () => {
    const user = await stage.user('many');
    const given: string[] = [];
    for (let browser = 0; browser < 11; browser += 1) given.push(await remembered(user));
    await lockedOut(user);
    expect((await tried('many', stage.right(user), { browserToken: given[0] ?? '' })).status).toBe(422);
    expect((await tried('many', stage.right(user), { browserToken: given[1] ?? '' })).status).toBe(200);
  });

  it('are stored as hashes, and are in no event and no log line', async () => {
    const browserToken = await remembered(await stage.user('hashed'));
    const [row] = await stage.service.sql<{ dump: string }>(
      "SELECT (SELECT string_agg(u::text, '') FROM users AS u) || (SELECT string_agg(e::text, '') FROM audit_events AS e) AS dump",
    );
    expect(row?.dump).not.toContain(browserToken.slice(4, 34));
    expect(stage.service.instances.map(({ output }) => output()).join('')).not.toContain(browserToken.slice(4, 34));
  });

  it("write the person's address beside the application's", async () => {
    const user = await stage.user('addressed');
    await stage.post('/v1/users/addressed/verify', { code: stage.right(user), endUser: { ip: '2001:db8::7' } });
    const rows = await stage.service.sql(
      "SELECT end_user_address FROM audit_events WHERE user_id = 'addressed' AND action = 'verification.approved'",
    );
    expect(rows).toEqual([{ end_user_address: '2001:db8::7' }]);
    const strange = await stage.post('/v1/users/addressed/verify', { code: '123456', endUser: { ip: '1.2.3' } });
    expect(strange.status).toBe(400);
  });
});
