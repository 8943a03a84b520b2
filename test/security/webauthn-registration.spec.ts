// T-27. The attacker wants their own passkey to count for another user. They create it on another page, send it a
// second time, or share it between two users. T-04: with a stolen token they search for users with a passkey.
import type { Answer } from '../support/api.js';
import { ORIGIN, Passkeys } from '../support/passkeys.js';
import { SoftwareAuthenticator, type Twist } from '../support/software-authenticator.js';
import { MINUTE, Stage, statuses } from '../support/stage.js';

let stage: Stage;
let passkeys: Passkeys;
let unconfigured: Answer[];

beforeAll(async () => {
  stage = await Stage.open(2);
  await stage.user('codes-only');
  unconfigured = await Promise.all([
    stage.post('/v1/users/codes-only/factors/webauthn', {}),
    stage.post('/v1/users/codes-only/challenges', { type: 'webauthn' }),
    stage.post('/v1/users/unseen/challenges', { type: 'webauthn' }),
  ]);
  passkeys = await Passkeys.of(stage);
});
afterAll(() => stage.stop());

const refusal = ({ status, text }: Answer) => [status, text.replace(/req_[\w-]+/, 'req_')];
const lastVerdict = async (userId: string) => (await stage.verdicts(userId)).at(-1);

describe('a registration', () => {
  it.each<[string, Twist]>([
    ['made on another page', { origin: 'https://evil.example' }],
    ['made for another domain', { rpId: 'evil.example' }],
    ['of an absent user', { isPresent: false }],
    ['of a user whom the authenticator has not verified', { isVerified: false }],
  ])('%s makes no factor active', async (what, twist) => {
    const userId = `reg-${what.split(' ').at(-1)}`;
    const { id, publicKey } = await passkeys.open(userId);
    const authenticator = new SoftwareAuthenticator(ORIGIN);
    expect((await passkeys.confirm(userId, id, authenticator.create(publicKey, twist))).status).toBe(422);
    expect((await stage.factors(userId)).mfaRequired).toBe(false);
    expect(await lastVerdict(userId)).toBe('wrong_signature');
    expect((await passkeys.confirm(userId, id, authenticator.create(publicKey))).status).toBe(200);
  });

  it('for another pending factor, for another user, or repeated, is refused', async () => {
    const [one, other] = [await passkeys.open('reg-one'), await passkeys.open('reg-two')];
    const authenticator = new SoftwareAuthenticator(ORIGIN);
    const credential = authenticator.create(other.publicKey);
    expect((await passkeys.confirm('reg-one', one.id, credential)).status).toBe(422);
    expect((await passkeys.confirm('reg-one', other.id, credential)).status).toBe(422);
    expect((await passkeys.confirm('reg-two', other.id, credential)).status).toBe(200);
    expect((await passkeys.confirm('reg-two', other.id, credential)).status).toBe(422);
  });

  it('after ten minutes is refused', async () => {
    const { id, publicKey } = await passkeys.open('reg-late');
    await stage.later(10 * MINUTE);
    const credential = new SoftwareAuthenticator(ORIGIN).create(publicKey);
    expect((await passkeys.confirm('reg-late', id, credential)).status).toBe(422);
  });

  // Otherwise one signature could belong to either of two users.
  it("of another user's credential is refused, also at the same instant", async () => {
    const authenticator = new SoftwareAuthenticator(ORIGIN);
    const users = ['share-0', 'share-1', 'share-2', 'share-3'];
    const openings = await Promise.all(users.map((userId) => passkeys.open(userId)));
    const confirm = (userId: string, at: number) => {
      const { id = '', publicKey } = openings[at] ?? {};
      return passkeys.confirm(userId, id, authenticator.create(publicKey ?? { challenge: '', rp: { id: '' } }), at);
    };
    const answers = await Promise.all(users.map(confirm));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(statuses(await Promise.all(users.map(confirm)))).toEqual({ 422: 4 });
    const text = "SELECT count(*)::int AS n FROM factors WHERE user_id LIKE 'share-%' AND status = 'active'";
    expect(await stage.service.sql<{ n: number }>(text)).toEqual([{ n: 1 }]);
  });

  it('does not confirm an authenticator, and a code does not confirm a passkey', async () => {
    const passkey = await passkeys.open('reg-mixed');
    expect((await stage.confirm('reg-mixed', passkey.id, '123456')).status).toBe(422);
    const totp = await stage.open('reg-mixed');
    const credential = new SoftwareAuthenticator(ORIGIN).create(passkey.publicKey);
    expect((await passkeys.confirm('reg-mixed', totp.id, credential)).status).toBe(422);
  });
});

describe('a challenge for a user without a passkey', () => {
  const shape = (publicKey: object) => Object.keys(publicKey).sort();
  const ids = async (userId: string, body: object = {}, instance = 0) =>
    (await passkeys.ask(userId, body, instance)).publicKey.allowCredentials.map(({ id }) => id);

  it('looks like a challenge for a user with one, and lists the same credentials each time', async () => {
    const owner = await passkeys.user('seen');
    const [real, unknown, codes] = [
      await passkeys.ask('seen'),
      await passkeys.ask('unseen'),
      await passkeys.ask('codes-only'),
    ];
    expect(shape(unknown.publicKey)).toEqual(shape(real.publicKey));
    expect(shape(codes.publicKey)).toEqual(shape(real.publicKey));
    expect(unknown.publicKey.allowCredentials.map(shape)[0]).toEqual(real.publicKey.allowCredentials.map(shape)[0]);
    expect(real.publicKey.allowCredentials.map(({ id }) => id)).toEqual([owner.authenticator.id.toString('base64url')]);
    expect(await ids('unseen', {}, 1)).toEqual(unknown.publicKey.allowCredentials.map(({ id }) => id));
    await stage.later(MINUTE);
    expect(await ids('codes-only')).toEqual(codes.publicKey.allowCredentials.map(({ id }) => id));
  });

  it('does not reveal whether a factor id exists', async () => {
    const factorId = 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0';
    for (const userId of ['seen', 'unseen', 'codes-only']) {
      const [all, named] = [await ids(userId), await ids(userId, { factorId })];
      expect(named).toHaveLength(1);
      expect(all).not.toContain(named[0]);
    }
  });

  it('leaves the same rows after its answer', async () => {
    const { id } = await passkeys.ask('unseen');
    await passkeys.answer(id, new SoftwareAuthenticator(ORIGIN).get({ challenge: 'x', rpId: 'example.org' }));
    expect(await lastVerdict('unseen')).toBe('not_enrolled');
    expect(await stage.service.sql("SELECT FROM users WHERE user_id = 'unseen'")).toEqual([]);
  });
});

// These requests were sent before the tenant of this spec became a relying party.
describe('a tenant without a relying party', () => {
  it('gets 409 webauthn_not_configured for every user', () => {
    for (const answer of unconfigured) {
      expect([answer.status, answer.json()]).toMatchObject([409, { code: 'webauthn_not_configured' }]);
      expect(answer.text).toContain('tenants set');
    }
    expect(new Set(unconfigured.map((answer) => String(refusal(answer)))).size).toBe(1);
  });
});

describe('a passkey beside codes', () => {
  it('is not stopped by locks of codes, lifts the lock, and refunds no wrong code', async () => {
    const user = await stage.user('locked');
    const assertion = await stage.proof(user, 'factors.add');
    const { id, publicKey } = await passkeys.open('locked', {}, assertion);
    const authenticator = new SoftwareAuthenticator(ORIGIN);
    expect((await passkeys.confirm('locked', id, authenticator.create(publicKey))).status).toBe(200);
    const prove = async () => (await passkeys.prove({ userId: 'locked', factorId: id, authenticator })).status;
    await stage.burst('locked', stage.wrong(user, 5));
    expect((await stage.verify('locked', stage.right(user))).status).toBe(422);
    expect(await prove()).toBe(200);
    // Otherwise each sign-in with a passkey would give an attacker who guesses codes a fresh hundred.
    expect(await stage.guard('locked')).toMatchObject({ consecutive_failures: 0, recent: 5, locked_until: null });
    await stage.stopCodes('locked');
    expect((await stage.verify('locked', stage.right(user))).status).toBe(422);
    expect(await prove()).toBe(200);
    expect(await stage.guard('locked')).toMatchObject({ recent: 100 });
    expect((await stage.verify('locked', stage.right(user))).status).toBe(422);
  });
});
