// T-01, T-04, T-08, T-29. Refusals that every kind of factor must give; one suite runs against each kind. The attacker
// has a right proof. They replay it, use it for another user or too late, or send it a hundred times at the same
// instant.
import { FACTOR_TYPES } from '../../src/factors/factor-method.js';
import { tokenOf, type Answer } from '../support/api.js';
import { KINDS, equipTenants, opening, type Opened, type Prover } from '../support/provers.js';
import { MINUTE, Stage, statuses } from '../support/stage.js';
import { masked, Wire } from '../support/wire.js';

describe.each(KINDS.map((kind) => [kind.type, kind] as const))('a factor of type %s', (type, kind) => {
  let stage: Stage;
  let wire: Wire;
  const refusals = new Map<string, string>();

  beforeAll(async () => {
    stage = await Stage.open(2);
    await equipTenants(stage);
    wire = await Wire.open(stage.service.url);
  });
  afterAll(async () => {
    wire.close();
    await stage.stop();
  });

  const pathOf = ({ id }: Opened) => `/v1/challenges/${id}/answer`;
  const answer = (challenge: Opened, body: object, instance = 0): Promise<Answer> =>
    stage.post(pathOf(challenge), body, instance);
  const open = (userId: string, token = stage.token) => opening(stage, { userId, type, token });
  const enrol = (userId: string): Promise<Prover> => kind.enrol(stage, `${userId}-${type.replace('_', '-')}`);

  /** Compares the refusal byte for byte with the others. */
  async function refuses(name: string, challenge: Opened, body: object, token = stage.token): Promise<void> {
    const text = await wire.send({ path: pathOf(challenge), token, body });
    expect(text).toMatch(/^HTTP\/1\.1 422 /);
    refusals.set(name, masked(text));
  }

  it('accepts a right proof once, and the assertion names the factor type', async () => {
    const owner = await enrol('right');
    const challenge = await open(owner.userId);
    const accepted = await answer(challenge, owner.prove(challenge));
    expect(accepted.status).toBe(200);
    expect(accepted.json()).toMatchObject({ id: challenge.id, status: 'approved', factorId: owner.factorId });
  });

  it('refuses a used proof, for the same challenge and for the next', async () => {
    const owner = await enrol('replay');
    const first = await open(owner.userId);
    const proof = owner.prove(first);
    expect((await answer(first, proof)).status).toBe(200);
    await refuses('replayed', first, proof);
    await refuses('replayed to another challenge', await open(owner.userId), proof);
  });

  it("refuses a user's proof for another user's challenge", async () => {
    const [owner, other] = [await enrol('owner'), await enrol('other')];
    const theirs = await open(other.userId);
    await refuses("another user's", theirs, owner.prove(theirs));
    const own = await open(owner.userId);
    expect((await answer(own, owner.prove(own))).status).toBe(200);
  });

  it('refuses it in another tenant, for a user with the same id', async () => {
    const owner = await enrol('namesake');
    const client = await stage.service.tenant();
    await equipTenants(stage);
    const token = await tokenOf(stage.service.url, client);
    const theirs = await open(owner.userId, token);
    await refuses("another tenant's user", theirs, owner.prove(theirs), token);
    const own = await open(owner.userId);
    await refuses("another tenant's challenge", own, owner.prove(own), token);
  });

  it('refuses it after the challenge expired', async () => {
    const owner = await enrol('late');
    const challenge = await open(owner.userId);
    await stage.later(5 * MINUTE);
    await refuses('expired', challenge, owner.prove(challenge));
  });

  it('refuses it after the factor was removed', async () => {
    const owner = await enrol('revoked');
    const challenge = await open(owner.userId);
    const assertion = await owner.stepUp('factors.remove');
    expect((await stage.remove(owner.userId, owner.factorId, { assertion })).status).toBe(204);
    await refuses('revoked', challenge, owner.prove(challenge));
  });

  const { open: openFactor } = kind;
  if (openFactor)
    it('refuses a factor that was opened but not confirmed', async () => {
      const pending = await openFactor(stage, `pending-${type}`);
      const challenge = await open(pending.userId);
      await refuses('pending', challenge, pending.prove(challenge));
    });

  it('refuses a proof for an unknown user', async () => {
    const owner = await enrol('stranger');
    const challenge = await open(`unknown-${type}`);
    await refuses('unknown', challenge, owner.prove(challenge));
  });

  it('accepts one of a hundred equal proofs at one instant, over two processes', async () => {
    const owner = await enrol('burst');
    const challenge = await open(owner.userId);
    const proof = owner.prove(challenge);
    const burst = Array.from({ length: 100 }, (_none, instance) => answer(challenge, proof, instance));
    const { 200: accepted, 422: refused = 0, ...others } = statuses(await Promise.all(burst));
    expect([accepted, refused > 0]).toEqual([1, true]);
    // If a proof costs a hash, the queue refuses some with 503: no verdict.
    expect(Object.keys(others).filter((status) => status !== '503')).toEqual([]);
  });

  it('refuses all of the above with the same bytes', () => {
    expect(refusals.size).toBeGreaterThanOrEqual(7);
    expect([...new Set(refusals.values())]).toHaveLength(1);
  });
});

it('covers every kind of factor whose proofs the client sends', () => {
  // A device sends its proofs itself, on its own route: device-signatures.spec.ts.
  expect([...KINDS.map(({ type }) => type), 'device'].sort()).toEqual([...FACTOR_TYPES].sort());
});
