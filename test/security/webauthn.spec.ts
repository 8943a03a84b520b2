// T-27. The attacker runs a page that looks like the tenant's and forwards the user's actions. Or they have a copy of
// the user's authenticator. Or they have the client's token and send an old signature, one for another action, or one
// of another user.
import { claimsIn } from '../support/challenges.js';
import { ORIGIN, Passkeys, type Owner } from '../support/passkeys.js';
import { SoftwareAuthenticator, type Twist } from '../support/software-authenticator.js';
import type { Answer } from '../support/api.js';
import { Stage, statuses } from '../support/stage.js';

let stage: Stage;
let passkeys: Passkeys;

beforeAll(async () => {
  stage = await Stage.open(2);
  passkeys = await Passkeys.of(stage);
});
afterAll(() => stage.stop());

const refusal = ({ status, text }: Answer) => [status, text.replace(/req_[\w-]+/, 'req_')];
const lastVerdict = async (userId: string) => (await stage.verdicts(userId)).at(-1);

async function claimOf(owner: Owner): Promise<number | undefined> {
  const text = 'SELECT claims FROM users WHERE user_id = $1';
  const [row] = await stage.service.sql<{ claims: Record<string, number> }>(text, [owner.userId]);
  return Object.values(row?.claims ?? {})[0];
}

describe('a passkey', () => {
  it('proves its user, and the assertion names factor type, action and nonce', async () => {
    const owner = await passkeys.user('owner');
    const nonce = 'n-0S6_WzA2MjRk7Qm';
    const answer = await passkeys.prove(owner, { action: 'login', nonce });
    expect([answer.status, answer.json()]).toMatchObject([200, { status: 'approved', factorId: owner.factorId }]);
    expect(claimsIn(answer)).toMatchObject({
      sub: 'owner',
      factor_type: 'webauthn',
      amr: ['pop', 'user', 'mfa'],
      acr: 'urn:countersign:acr:phishing-resistant',
      action: 'login',
      nonce,
    });
    expect((await stage.factors('owner')).data).toMatchObject([
      { id: owner.factorId, type: 'webauthn', status: 'active' },
    ]);
  });

  it('authorizes a second passkey, which excludes the first, and its own removal', async () => {
    const owner = await passkeys.user('two');
    expect((await passkeys.enrol('two')).status).toBe(403);
    const opening = await passkeys.open('two', { displayName: 'Zoë' }, await passkeys.stepUp(owner, 'factors.add'));
    expect(opening.publicKey.user).toMatchObject({ name: 'Zoë' });
    expect(opening.publicKey.excludeCredentials).toMatchObject([{ id: owner.authenticator.id.toString('base64url') }]);
    const second = new SoftwareAuthenticator(ORIGIN);
    expect((await passkeys.confirm('two', opening.id, second.create(opening.publicKey))).status).toBe(200);
    expect((await passkeys.ask('two')).publicKey.allowCredentials).toHaveLength(2);

    const proof = await passkeys.stepUp(owner, 'factors.remove');
    const gone = await stage.remove('two', owner.factorId, { assertion: proof });
    expect(gone.status).toBe(204);
    expect((await passkeys.prove(owner)).status).toBe(422);
    expect((await passkeys.prove({ ...owner, authenticator: second })).status).toBe(200);
  });

  it('replaces an authenticator of codes', async () => {
    const before = await stage.user('changing');
    const { id, publicKey } = await passkeys.open(
      'changing',
      { replaces: before.factorId },
      await stage.proof(before, 'factors.add'),
    );
    const authenticator = new SoftwareAuthenticator(ORIGIN);
    expect((await passkeys.confirm('changing', id, authenticator.create(publicKey))).status).toBe(200);
    expect((await stage.verify('changing', stage.right(before))).status).toBe(422);
    expect((await passkeys.prove({ userId: 'changing', factorId: id, authenticator })).status).toBe(200);
  });

  it('makes a browser known, and the next signature renews its token', async () => {
    const owner = await passkeys.user('browser');
    const tokenAfter = async (endUser: object) => {
      const { id, publicKey } = await passkeys.ask('browser');
      const credential = owner.authenticator.get(publicKey);
      const answer = await stage.post(`/v1/challenges/${id}/answer`, { credential, endUser });
      expect(answer.status).toBe(200);
      return (answer.json() as { browserToken: string }).browserToken;
    };
    const browserToken = await tokenAfter({ rememberBrowser: true });
    const next = await tokenAfter({ browserToken });
    expect([typeof next, next === browserToken]).toEqual(['string', false]);
  });
});

describe('a signature', () => {
  let owner: Owner;
  let refused: (string | number)[];

  beforeAll(async () => {
    owner = await passkeys.user('signer');
    const { id } = await passkeys.ask('unknown');
    refused = refusal(await passkeys.answer(id, new SoftwareAuthenticator(ORIGIN).get({ challenge: 'x', rpId: 'x' })));
    expect(refused[0]).toBe(422);
  });

  it.each<[string, Twist]>([
    ['made on another page', { origin: 'https://example.org.evil.example' }],
    ['made in a frame of another page', { crossOrigin: true }],
    ['made for another domain', { rpId: 'evil.example' }],
    ['of an absent user', { isPresent: false }],
    ['of a user whom the authenticator has not verified', { isVerified: false }],
    ['with the user handle of another user', { userHandle: Buffer.alloc(32).toString('base64url') }],
    ['of a credential that may suddenly be copied', { isBackupEligible: true }],
  ])('%s is refused as any other refusal is', async (_what, twist) => {
    expect(refusal(await passkeys.prove(owner, {}, twist))).toEqual(refused);
    expect(await lastVerdict('signer')).toBe('wrong_signature');
    expect((await passkeys.prove(owner)).status).toBe(200);
  });

  it('with the handle of its own user is accepted', async () => {
    const { id: factorId, publicKey } = await passkeys.open('signer-handle');
    expect(publicKey.user.id).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const authenticator = new SoftwareAuthenticator(ORIGIN);
    await passkeys.confirm('signer-handle', factorId, authenticator.create(publicKey));
    const twist = { userHandle: publicKey.user.id };
    expect((await passkeys.prove({ userId: 'signer-handle', factorId, authenticator }, {}, twist)).status).toBe(200);
  });

  it('of another user is refused for the right challenge, under either credential id', async () => {
    const eve = await passkeys.user('eve');
    const { id, publicKey } = await passkeys.ask('signer');
    expect(refusal(await passkeys.answer(id, eve.authenticator.get(publicKey)))).toEqual(refused);
    const borrowed = { ...eve.authenticator.get(publicKey), id: owner.authenticator.id.toString('base64url') };
    expect(refusal(await passkeys.answer(id, { ...borrowed, rawId: borrowed.id }))).toEqual(refused);
    expect(await lastVerdict('signer')).toBe('wrong_signature');
  });

  it('for another challenge is refused: another time, action or nonce', async () => {
    const login = await passkeys.ask('signer', { action: 'login' });
    const removal = await passkeys.ask('signer', { action: 'factors.remove' });
    const phished = owner.authenticator.get(login.publicKey);
    expect(refusal(await passkeys.answer(removal.id, phished))).toEqual(refused);
    expect(await lastVerdict('signer')).toBe('wrong_signature');
    expect((await passkeys.answer(login.id, phished)).status).toBe(200);
  });

  // T-20: the attacker can write the database, and changes a login into the removal of factors.
  it.each([
    ['action', "action = 'factors.remove'"],
    ['nonce', "nonce = 'n-0S6_WzA2MjRk7Qx'"],
    ['user', "user_id = 'eve'"],
  ])('is refused if the %s of the challenge was changed after it was opened', async (_what, change) => {
    const { id, publicKey } = await passkeys.ask('signer', { action: 'login' });
    await stage.service.sql(
      `UPDATE challenges SET ${change} WHERE status = 'pending' AND created_at = (SELECT max(created_at) FROM challenges)`,
    );
    expect(refusal(await passkeys.answer(id, owner.authenticator.get(publicKey)))).toEqual(refused);
    await stage.service.sql("UPDATE challenges SET status = 'approved' WHERE status = 'pending'");
  });

  it('is accepted once, of twenty copies at one instant over two instances and one later copy', async () => {
    const { id, publicKey } = await passkeys.ask('signer');
    const credential = owner.authenticator.get(publicKey);
    const answers = await Promise.all(Array.from({ length: 20 }, (_none, at) => passkeys.answer(id, credential, at)));
    expect(statuses(answers)).toEqual({ 200: 1, 422: 19 });
    expect(refusal(await passkeys.answer(id, credential))).toEqual(refused);
  });

  it('of a factor that the challenge does not name is refused', async () => {
    const other = await passkeys.user('signer-other');
    const { id, publicKey } = await passkeys.ask('signer', { factorId: other.factorId });
    expect(refusal(await passkeys.answer(id, owner.authenticator.get(publicKey)))).toEqual(refused);
  });

  it('does not answer a challenge for a code, nor a code a challenge for a signature', async () => {
    const code = (await stage.post('/v1/users/signer/challenges', { type: 'totp' })).json() as { id: string };
    const credential = owner.authenticator.get({ challenge: 'x', rpId: 'example.org' });
    expect(refusal(await passkeys.answer(code.id, credential))).toEqual(refused);
    const { id } = await passkeys.ask('signer');
    expect(refusal(await stage.post(`/v1/challenges/${id}/answer`, { code: '123456' }))).toEqual(refused);
  });

  it('is refused together with a code, and a body without both is refused', async () => {
    const { id, publicKey } = await passkeys.ask('signer');
    const credential = owner.authenticator.get(publicKey);
    for (const body of [{ credential, code: '123456' }, {}]) {
      const answer = await stage.post(`/v1/challenges/${id}/answer`, body);
      expect([answer.status, answer.json()]).toMatchObject([400, { code: 'malformed_request' }]);
    }
    expect((await passkeys.answer(id, credential)).status).toBe(200);
  });
});

// Two authenticators with one key both continue from the same counter.
describe('a cloned authenticator', () => {
  it.each([
    ['lower', 6],
    ['the same', 7],
    ['zero', 0],
  ])('is refused when its counter is %s', async (name, counter) => {
    const owner = await passkeys.user(`clone-${name.replace(' ', '-')}`, { counter: 7 });
    expect((await passkeys.prove(owner, {}, { counter: 7 })).status).toBe(422);
    expect((await passkeys.prove(owner, {}, { counter: 8 })).status).toBe(200);
    expect((await passkeys.prove(owner, {}, { counter })).status).toBe(422);
    expect(await lastVerdict(owner.userId)).toBe('counter_went_back');
    expect(await claimOf(owner)).toBe(8);
  });

  it('is refused at the same instant, over two instances and different challenges', async () => {
    const owner = await passkeys.user('clone-burst', { counter: 1 });
    const asked = await Promise.all(Array.from({ length: 10 }, (_none, at) => passkeys.ask('clone-burst', {}, at)));
    const answers = await Promise.all(
      asked.map(({ id, publicKey }, at) => passkeys.answer(id, owner.authenticator.get(publicKey, { counter: 2 }), at)),
    );
    expect(statuses(answers)).toEqual({ 200: 1, 422: 9 });
  });

  it('cannot be detected if the authenticator does not count, so each answer is accepted', async () => {
    const owner = await passkeys.user('uncounted', { counter: 0 });
    for (let times = 0; times < 3; times += 1) expect((await passkeys.prove(owner)).status).toBe(200);
    expect(await claimOf(owner)).toBe(0);
  });
});

describe('the backup state', () => {
  it('is stored as the last signature reports it', async () => {
    const owner = await passkeys.user('synced', { isBackupEligible: true });
    const rows = () =>
      stage.service.sql<{ backed_up: boolean }>(
        `SELECT backed_up FROM webauthn_credentials JOIN factors ON id = factor_id WHERE user_id = 'synced'`,
      );
    expect(await rows()).toEqual([{ backed_up: false }]);
    expect((await passkeys.prove(owner, {}, { isBackupEligible: true, isBackedUp: true })).status).toBe(200);
    expect(await rows()).toEqual([{ backed_up: true }]);
    expect((await passkeys.prove(owner, {}, { isBackupEligible: true, isBackedUp: false, counter: 1 })).status).toBe(
      422,
    );
    expect(await rows()).toEqual([{ backed_up: true }]);
  });
});
