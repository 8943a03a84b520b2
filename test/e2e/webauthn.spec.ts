// T-27, in a real Chromium with a virtual authenticator. Requests that browsers really send are accepted. The attacker
// uses a page on another origin, a bogus signature, an absent user, an old answer and a copied key. All get the same
// bytes of refusal.
import type { Browser } from 'playwright-core';
import { browserPath, launch } from '../support/chromium.js';
import { claimsIn } from '../support/challenges.js';
import { Passkeys } from '../support/passkeys.js';
import { Stage } from '../support/stage.js';
import type { Answer } from '../support/api.js';
import { emptySite, VirtualAuthenticator, type Bits, type Kind } from '../support/virtual-authenticator.js';

if (browserPath === undefined) {
  console.warn('No Chromium here (CHROMIUM_PATH, or one of the usual places): WebAuthn is not tried in a browser.');
}

(browserPath === undefined ? describe.skip : describe)('WebAuthn in Chromium', () => {
  let stage: Stage;
  let passkeys: Passkeys;
  let browser: Browser;
  let site: { port: number; stop(): void };
  let elsewhere: { port: number; stop(): void };
  let home: string;
  let owner: VirtualAuthenticator;

  beforeAll(async () => {
    [stage, browser, site, elsewhere] = await Promise.all([Stage.open(), launch(), emptySite(), emptySite()]);
    home = `http://localhost:${site.port}`;
    passkeys = await Passkeys.of(stage, 'localhost', home);
    owner = await enrolled('owner', 'passkey');
  });

  afterAll(async () => {
    site.stop();
    elsewhere.stop();
    await Promise.all([browser.close(), stage.stop()]);
  });

  async function enrolled(userId: string, kind: Kind): Promise<VirtualAuthenticator> {
    const authenticator = await VirtualAuthenticator.open(browser, home, kind);
    const { id, publicKey } = await passkeys.open(userId);
    const answer = await passkeys.confirm(userId, id, await authenticator.create(publicKey));
    expect([answer.status, answer.json()]).toMatchObject([200, { type: 'webauthn', status: 'active' }]);
    return authenticator;
  }

  async function prove(userId: string, authenticator: VirtualAuthenticator, body: object = {}): Promise<Answer> {
    const { id, publicKey } = await passkeys.ask(userId, body);
    return passkeys.answer(id, await authenticator.get(publicKey));
  }

  const refusal = ({ status, text }: Answer) => [status, text.replace(/req_[\w-]+/, 'req_')];

  /** The answer of any refusal: a code for an unknown user gets the same. */
  async function refused() {
    return refusal(await stage.verify('unknown', '000000'));
  }

  it.each<[Kind]>([['passkey'], ['security key']])('registers a %s, proves it and steps up with it', async (kind) => {
    const userId = kind.replace(' ', '-');
    const authenticator = await enrolled(userId, kind);
    const login = await prove(userId, authenticator, { action: 'login' });
    expect(login.status).toBe(200);
    expect(claimsIn(login)).toMatchObject({ sub: userId, factor_type: 'webauthn', action: 'login' });

    const proof = await prove(userId, authenticator, { action: 'factors.add' });
    const { assertion } = proof.json() as { assertion: string };
    expect((await passkeys.enrol(userId)).status).toBe(403);
    expect((await passkeys.enrol(userId, {}, assertion)).status).toBe(201);
    await authenticator.page.close();
  });

  it.each<[string, Bits]>([
    ['a bogus signature', { isBogusSignature: true }],
    ['no verified user', { isBadUV: true }],
    ['no present user', { isBadUP: true }],
  ])('refuses %s', async (_what, bits) => {
    await owner.twist(bits);
    expect(refusal(await prove('owner', owner))).toEqual(await refused());
    await owner.twist();
    expect((await prove('owner', owner)).status).toBe(200);
  });

  it('refuses answers from a page on another port or another domain', async () => {
    await owner.page.goto(`http://localhost:${elsewhere.port}`);
    expect(refusal(await prove('owner', owner))).toEqual(await refused());
    await owner.page.goto(home);
    expect((await prove('owner', owner)).status).toBe(200);

    // Here the origin belongs to the tenant, so only the RP ID is wrong.
    const below = `http://app.localhost:${site.port}`;
    await stage.service.sql(
      'UPDATE tenants SET webauthn_origins = webauthn_origins || $1 WHERE webauthn_rp_id IS NOT NULL',
      [[below]],
    );
    await stage.service.bindRows(['tenants'], true);
    const phished = await VirtualAuthenticator.open(browser, below);
    const { id, publicKey } = await passkeys.open('phished');
    const credential = await phished.create({ ...publicKey, rp: { id: 'app.localhost', name: 'Evil' } });
    expect(refusal(await passkeys.confirm('phished', id, credential))).toEqual(await refused());
    await phished.page.close();
  });

  it('refuses an answer that was already used, and an answer to another challenge', async () => {
    const login = await passkeys.ask('owner', { action: 'login' });
    const removal = await passkeys.ask('owner', { action: 'factors.remove' });
    const credential = await owner.get(login.publicKey);
    expect(refusal(await passkeys.answer(removal.id, credential))).toEqual(await refused());
    expect((await passkeys.answer(login.id, credential)).status).toBe(200);
    expect(refusal(await passkeys.answer(login.id, credential))).toEqual(await refused());
  });

  it('refuses a challenge whose action was changed in the database', async () => {
    const { id, publicKey } = await passkeys.ask('owner', { action: 'login' });
    await stage.service.sql("UPDATE challenges SET action = 'factors.remove' WHERE status = 'pending'");
    expect(refusal(await passkeys.answer(id, await owner.get(publicKey)))).toEqual(await refused());
  });

  it('refuses the passkey of another user', async () => {
    const eve = await enrolled('eve', 'passkey');
    const mine = await passkeys.ask('eve');
    const { id, publicKey } = await passkeys.ask('owner');
    const { allowCredentials } = mine.publicKey;
    expect(refusal(await passkeys.answer(id, await eve.get({ ...publicKey, allowCredentials })))).toEqual(
      await refused(),
    );
    await eve.page.close();
  });

  it('refuses a cloned key whose counter is lower', async () => {
    expect((await prove('owner', owner)).status).toBe(200);
    await owner.turnBack(1);
    expect(refusal(await prove('owner', owner))).toEqual(await refused());
    expect((await stage.verdicts('owner')).at(-1)).toBe('counter_went_back');
    expect((await prove('owner', owner)).status).toBe(200);
  });
});
