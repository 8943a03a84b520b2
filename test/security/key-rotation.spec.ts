// T-06, T-16. Signing keys rotate while clients work. No request is refused, and a retired key verifies no token. The
// library jose verifies the tokens from outside; it knows only the address of the JWKS.
import { setTimeout as sleep } from 'node:timers/promises';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { call, tokenOf } from '../support/api.js';
import { es256, goodClaims, goodHeader, jws, serviceKey } from '../support/forge.js';
import { TestService, type Credentials } from '../support/service.js';

const MINUTE = 60_000;

describe('key rotation', () => {
  let service: TestService;
  let client: Credentials & { tenantId: string };

  beforeAll(async () => {
    service = await TestService.start(2);
    client = await service.tenant('factors:read');
  });
  afterAll(() => service.stop());

  const urls = () => service.instances.map(({ url }) => url);
  const kidsAt = async (url: string) =>
    ((await call(url, { path: '/.well-known/jwks.json' })).json() as { keys: { kid: string }[] }).keys.map(
      ({ kid }) => kid,
    );
  const kidOf = (token: string) => decodeProtectedHeader(token).kid ?? '';

  async function isBelieved(url: string, token: string, minute: number): Promise<boolean> {
    const { status } = await call(url, { path: '/v1/users/ada/factors', token });
    const jwks = createRemoteJWKSet(new URL('/.well-known/jwks.json', url));
    const currentDate = new Date(Date.now() + minute * MINUTE);
    const rules = { issuer: service.issuer, audience: service.issuer, typ: 'at+jwt', currentDate, clockTolerance: 5 };
    const outside = await jwtVerify(token, jwks, rules).then(
      () => true,
      () => false,
    );
    return status === 200 && outside;
  }

  /** Uses every token on every instance, and verifies it from outside. Returns the refused ones. */
  async function refusedOf(tokens: readonly string[], minute: number): Promise<string[]> {
    const pairs = urls().flatMap((url) => tokens.map((token) => ({ url, token })));
    const verdicts = await Promise.all(pairs.map(({ url, token }) => isBelieved(url, token, minute)));
    return verdicts.flatMap((isGood, index) =>
      isGood ? [] : [`minute ${minute}: ${kidOf(pairs[index]?.token ?? '')}`],
    );
  }

  it('refuses no request during half an hour with a rotation, and retires the old key', async () => {
    const oldKey = await serviceKey(service);
    const refused: string[] = [];
    const signers: Record<number, string[]> = {};
    let newKid = '';
    let live: string[] = [];
    for (let minute = 0; minute <= 32; minute += 2) {
      await service.setClock({ offsetMs: minute * MINUTE });
      const fresh = await Promise.all(urls().map((url) => tokenOf(url, client)));
      // A token lives five minutes: tokens that are two and four minutes old must work too.
      live = [...fresh, ...live.slice(0, 4)];
      refused.push(...(await refusedOf(live, minute)));
      signers[minute] = fresh.map(kidOf);
      if (minute !== 4) continue;
      // The operator's clock is at minute 0, so the new key signs from minute 10 on.
      newKid = (await service.admin<{ kid: string }>('keys', 'rotate')).kid;
      // Each instance reads the keys every five seconds.
      await sleep(6_000);
      for (const url of urls()) expect((await kidsAt(url)).sort()).toEqual([oldKey.kid, newKid].sort());
    }
    expect(refused).toEqual([]);
    expect(signers[8]).toEqual([oldKey.kid, oldKey.kid]);
    expect(signers[12]).toEqual([newKid, newKid]);
    for (const url of urls()) expect(await kidsAt(url)).toEqual([newKid]);

    // A thief of the retired key signs a token that is right except for its key.
    const victim = { ...client, issuer: service.issuer, scope: 'factors:read' };
    const token = jws(goodHeader(oldKey), goodClaims(victim, Date.now() + 32 * MINUTE), es256(oldKey.privateKey));
    for (const url of urls()) expect((await call(url, { path: '/v1/users/ada/factors', token })).status).toBe(401);
  });

  it('refuses a second rotation while one is in progress', async () => {
    await expect(service.admin('keys', 'rotate')).rejects.toThrow(/already in progress/);
  });

  it('publishes no private half', async () => {
    const { text } = await call(service.url, { path: '/.well-known/jwks.json' });
    for (const key of (JSON.parse(text) as { keys: object[] }).keys)
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
  });
});
