// T-06. The attacker has stolen an access token, from a log, a proxy or a copy of memory. The token is bound to a key
// (RFC 9449) that the attacker does not have. They may have recorded proofs of its owner, and have keys of their own.
import { randomUUID } from 'node:crypto';
import { call, type Answer } from '../support/api.js';
import { hs256 } from '../support/forge.js';
import { Holder, boundTokenOf, type Change } from '../support/holder.js';
import { exchange, requestText } from '../support/raw-http.js';
import { TestService, type Credentials } from '../support/service.js';
import { statuses } from '../support/stage.js';

const PATH = '/v1/users/ada/factors';
const SCOPE = 'factors:read verify';
const DPOP = 'DPoP algs="ES256 EdDSA"';

describe('a stolen bound token', () => {
  let service: TestService;
  let client: Credentials & { tenantId: string };
  let url: string;
  let token: string;
  const owner = new Holder();
  const thief = new Holder();
  // A whole second, ahead of the first signing key.
  const nowMs = Math.ceil(Date.now() / 1_000) * 1_000 + 60_000;

  beforeAll(async () => {
    service = await TestService.start(2);
    await service.setClock({ frozenAtMs: nowMs });
    client = await service.tenant(SCOPE);
    url = service.issuer + PATH;
    token = await boundTokenOf(service.url, owner, { ...client, issuer: service.issuer, nowMs });
  });
  afterAll(() => service.stop());

  const instance = (index: number) => service.instances[index % service.instances.length]?.url ?? '';
  const send = (headers: Readonly<Record<string, string>>, path = PATH, at = 0): Promise<Answer> =>
    call(instance(at), { path, headers });
  const proof = (change: Change = {}, holder = owner) => holder.proof({ method: 'GET', url, nowMs, token }, change);
  const use = (dpop: string, path = PATH, at = 0) => send({ authorization: `DPoP ${token}`, dpop }, path, at);
  const ownerSucceeds = async () => expect((await use(proof())).status).toBe(200);

  function expectChallenge({ status, headers }: Answer, challenge: string): void {
    expect({ status, challenge: headers['www-authenticate'] }).toEqual({ status: 401, challenge });
  }

  describe('without a valid proof', () => {
    afterEach(ownerSucceeds);

    it.each(['Bearer', 'bearer', 'BEARER'])('is refused as %s, also beside a right proof', async (scheme) => {
      expectChallenge(await send({ authorization: `${scheme} ${token}` }), `${DPOP}, error="invalid_token"`);
      const both = await send({ authorization: `${scheme} ${token}`, dpop: proof() });
      expectChallenge(both, `${DPOP}, error="invalid_token"`);
    });

    it('is refused without a proof, and the answer says that a proof is missing', async () => {
      const answer = await send({ authorization: `DPoP ${token}` });
      expectChallenge(answer, `${DPOP}, error="invalid_dpop_proof"`);
      expect(answer.json()).toMatchObject({ code: 'invalid_dpop_proof' });
    });

    it.each([
      ['no space', (text: string) => `DPoP${text}`],
      ['two spaces', (text: string) => `DPoP  ${text}`],
      ['a parameter after it', (text: string) => `DPoP ${text}, realm=x`],
      ['both schemes', (text: string) => `DPoP Bearer ${text}`],
      ['the scheme Basic', (text: string) => `Basic ${text}`],
    ])('is refused with %s', async (_name, write) => {
      expect((await send({ authorization: write(token), dpop: proof() })).status).toBe(401);
    });

    it('is refused with two right proofs', async () => {
      const lines = [`Authorization: DPoP ${token}`, `DPoP: ${proof()}`, `DPoP: ${proof()}`];
      const { status } = await exchange(instance(0), requestText(`GET ${PATH} HTTP/1.1`, lines));
      expect(status).toBe(401);
      expect((await use(`${proof()}, ${proof()}`)).status).toBe(401);
    });

    it('is refused with a proof for the host that the request names instead of the issuer', async () => {
      const target = (name: string) => `GET http://${name}${PATH} HTTP/1.1`;
      const lines = (htu: string) => [`Authorization: DPoP ${token}`, `DPoP: ${proof({ claims: { htu } })}`];
      const theirs = await exchange(instance(0), requestText(target('evil.test'), lines(`http://evil.test${PATH}`)));
      expect(theirs.status).toBe(401);
      const ours = await exchange(instance(0), requestText(target('evil.test'), lines(url)));
      expect(ours.status).toBe(200);
    });

    it('is refused if it is sent under both schemes', async () => {
      const lines = [`Authorization: Bearer ${token}`, `Authorization: DPoP ${token}`, `DPoP: ${proof()}`];
      const { status } = await exchange(instance(0), requestText(`GET ${PATH} HTTP/1.1`, lines));
      expect([400, 401]).toContain(status);
    });
  });

  const seconds = nowMs / 1_000;
  const FORGED: readonly (readonly [string, () => string])[] = [
    ['of another key', () => proof({}, thief)],
    ['of another key of the other kind', () => proof({}, new Holder('EdDSA'))],
    ['that shows the owner’s key and is signed by another', () => proof({ signer: thief.signer })],
    ['that shows another key and is signed by the owner’s', () => proof({ header: { jwk: thief.jwk } })],
    ['for another method', () => proof({ claims: { htm: 'POST' } })],
    ['for the method in lower case', () => proof({ claims: { htm: 'get' } })],
    ['for another path', () => proof({ claims: { htu: `${service.issuer}/v1/users/eve/factors` } })],
    ['for the path with a trailing slash', () => proof({ claims: { htu: `${url}/` } })],
    ['for the host that was called instead of the issuer', () => proof({ claims: { htu: instance(0) + PATH } })],
    ['for another server', () => proof({ claims: { htu: `http://evil.test${PATH}` } })],
    ['for another scheme', () => proof({ claims: { htu: url.replace('http:', 'https:') } })],
    ['for another port', () => proof({ claims: { htu: url.replace('.test', '.test:8080') } })],
    ['for the issuer as a user name', () => proof({ claims: { htu: `http://countersign.test@evil.test${PATH}` } })],
    ['for another server with the address in its query', () => proof({ claims: { htu: `http://evil.test/?${url}` } })],
    ['with a query', () => proof({ claims: { htu: `${url}?limit=1` } })],
    ['with a fragment', () => proof({ claims: { htu: `${url}#` } })],
    ['for a path alone', () => proof({ claims: { htu: PATH } })],
    ['of 61 seconds ago', () => proof({ claims: { iat: seconds - 61 } })],
    ['of 61 seconds ahead', () => proof({ claims: { iat: seconds + 61 } })],
    ['without a time', () => proof({ claims: { iat: undefined } })],
    ['with its time as text', () => proof({ claims: { iat: String(seconds) } })],
    ['without the hash of the token', () => proof({ claims: { ath: undefined } })],
    ['with the hash of another token', () => owner.proof({ method: 'GET', url, nowMs, token: `${token}x` })],
    [
      'made for asking for the token',
      () => owner.proof({ method: 'POST', url: `${service.issuer}/oauth2/token`, nowMs }),
    ],
    ['without an id', () => proof({ claims: { jti: undefined } })],
    ['with an empty id', () => proof({ claims: { jti: '' } })],
    ['with an id of 257 characters', () => proof({ claims: { jti: 'x'.repeat(257) } })],
    [
      'with the algorithm none and no signature',
      () => proof({ header: { alg: 'none' }, signer: () => Buffer.alloc(0) }),
    ],
    ['with the algorithm none and a signature', () => proof({ header: { alg: 'none' } })],
    [
      'under HS256 with the public key as secret',
      () => proof({ header: { alg: 'HS256' }, signer: hs256(JSON.stringify(owner.jwk)) }),
    ],
    [
      'under HS256 with a symmetric key inside',
      () => proof({ header: { alg: 'HS256', jwk: { kty: 'oct', k: 'c2VjcmV0' } }, signer: hs256('secret') }),
    ],
    ['under the algorithm of another kind of key', () => proof({ header: { alg: 'EdDSA' } })],
    ['under ES384', () => proof({ header: { alg: 'ES384' } })],
    ['of the type JWT', () => proof({ header: { typ: 'JWT' } })],
    ['of the type of an access token', () => proof({ header: { typ: 'at+jwt' } })],
    ['without a type', () => proof({ header: { typ: undefined } })],
    ['with the private key inside', () => proof({ header: { jwk: owner.privateKey.export({ format: 'jwk' }) } })],
    ['without a key', () => proof({ header: { jwk: undefined } })],
    ['with the key as text', () => proof({ header: { jwk: JSON.stringify(owner.jwk) } })],
    ['with a key that is not for signatures', () => proof({ header: { jwk: { ...owner.jwk, use: 'enc' } } })],
    ['with a point that is not on the curve', () => proof({ header: { jwk: { ...owner.jwk, y: owner.jwk.x } } })],
    ['with a key larger than any', () => proof({ header: { jwk: { ...owner.jwk, n: 'A'.repeat(5_000) } } })],
    [
      'with its key by address or certificate',
      () =>
        proof({
          header: {
            jwk: undefined,
            jku: 'http://evil.test/jwks',
            x5u: 'http://evil.test/c',
            x5c: ['MIIB'],
            kid: owner.thumbprint,
          },
        }),
    ],
    [
      'of the thief beside the owner’s in jku and x5c',
      () =>
        proof({
          header: { jwk: thief.jwk, x5c: [JSON.stringify(owner.jwk)], kid: owner.thumbprint },
          signer: thief.signer,
        }),
    ],
    ['with an unknown critical header', () => proof({ header: { crit: ['exp'], exp: seconds + 60 } })],
    [
      'with a byte of its signature changed',
      () => proof().replace(/.{4}$/, (end) => (end === 'AAAA' ? 'BBBB' : 'AAAA')),
    ],
    ['with a blank before it', () => proof().replace('.', ' .')],
    ['with padding', () => `${proof()}=`],
    ['that is an access token', () => token],
  ];

  describe('with a proof', () => {
    afterAll(ownerSucceeds);

    it('has at least 40 near misses', () => {
      expect(FORGED.length).toBeGreaterThanOrEqual(40);
    });

    it.each(FORGED)('%s is refused', async (_name, make) => {
      const dpop = make();
      expectChallenge(await use(dpop), `${DPOP}, error="invalid_dpop_proof"`);
      // The same request by the owner at the same instant succeeds.
      expect((await use(proof())).status).toBe(200);
    });

    it('that is right for another token of the same key is refused', async () => {
      const other = await boundTokenOf(service.url, owner, { ...client, issuer: service.issuer, nowMs });
      expect((await send({ authorization: `DPoP ${other}`, dpop: proof() })).status).toBe(401);
      const right = owner.proof({ method: 'GET', url, nowMs, token: other });
      expect((await send({ authorization: `DPoP ${other}`, dpop: right })).status).toBe(200);
    });

    it('of the thief is refused with a token of the owner, even if the thief has a bound token', async () => {
      const own = await boundTokenOf(service.url, thief, {
        ...(await service.tenant(SCOPE)),
        issuer: service.issuer,
        nowMs,
      });
      const dpop = thief.proof({ method: 'GET', url, nowMs, token: own });
      expect((await send({ authorization: `DPoP ${own}`, dpop })).status).toBe(200);
      expect((await use(thief.proof({ method: 'GET', url, nowMs, token }))).status).toBe(401);
    });

    it.each([
      ['60 seconds old', { claims: { iat: seconds - 60 } }],
      ['60 seconds ahead', { claims: { iat: seconds + 60 } }],
      ['with an id of 256 characters', { claims: { jti: `${randomUUID()}${'é'.repeat(220)}` } }],
      ['with the host in capitals and the port spelt out', { claims: { htu: `HTTP://COUNTERSIGN.test:80${PATH}` } }],
      ['with extra headers and claims', { header: { kid: 'x', jku: 'http://x.test' }, claims: { exp: 1 } }],
    ])('of the owner, %s, is accepted', async (_name, change) => {
      expect((await use(proof(change))).status).toBe(200);
    });
  });

  it('is refused with a used proof, on the same process and on another', async () => {
    const dpop = proof();
    expect((await use(dpop, PATH, 0)).status).toBe(200);
    expectChallenge(await use(dpop, PATH, 1), `${DPOP}, error="invalid_dpop_proof"`);
    expectChallenge(await use(dpop, PATH, 0), `${DPOP}, error="invalid_dpop_proof"`);
  });

  it('is accepted once for 50 parallel uses of one proof over two processes', async () => {
    const dpop = proof();
    const answers = await Promise.all(Array.from({ length: 50 }, (_none, index) => use(dpop, PATH, index)));
    expect(statuses(answers)).toEqual({ 200: 1, 401: 49 });
  });

  it('does not use up a proof if the request was refused for its scope', async () => {
    const path = '/v1/audit-events';
    const dpop = owner.proof({ method: 'GET', url: service.issuer + path, nowMs, token });
    const answer = await use(dpop, path);
    expect(answer.status).toBe(403);
    expect(answer.headers['www-authenticate']).toBe(`${DPOP}, error="insufficient_scope", scope="audit:read"`);
    const [row] = await service.sql<{ n: number }>('SELECT count(*)::int AS n FROM proof_jtis');
    await use(dpop, path);
    expect(await service.sql('SELECT count(*)::int AS n FROM proof_jtis')).toEqual([row]);
  });
});
