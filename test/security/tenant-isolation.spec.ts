// R-04, T-08. The attacker is a tenant too, has a client with all scopes, and knows another tenant's user and factor
// ids. They want to read, use, remove or lock the other tenant's objects, or at least learn that they exist.
import { call, enrolled, tokenOf, verify, type Answer, type EnrolledUser } from '../support/api.js';
import { Stage } from '../support/stage.js';
import { masked, Wire, type WireRequest } from '../support/wire.js';

const UNKNOWN = 'fac_01kaqy4zq7e1kvf3xh2vbsrzq0';

describe('tenants', () => {
  let stage: Stage;
  let mine: EnrolledUser;
  let theirs: EnrolledUser;
  let victim: EnrolledUser;
  let intruder: string;
  let wire: Wire;

  beforeAll(async () => {
    stage = await Stage.open();
    intruder = await tokenOf(stage.service.url, await stage.service.tenant());
    theirs = await stage.user('shared');
    victim = await stage.user('victim');
    mine = await enrolled(stage.service.url, intruder, 'shared', stage.nowMs);
    wire = await Wire.open(stage.service.url);
  });
  afterAll(async () => {
    wire.close();
    await stage.stop();
  });

  const asIntruder = (userId: string, code: string) => verify(stage.service.url, intruder, userId, code);
  const factorsOf = (userId: string, query = ''): Promise<Answer> =>
    call(stage.service.url, { path: `/v1/users/${userId}/factors${query}`, token: intruder });
  const bytes = async (request: Omit<WireRequest, 'token'>) => masked(await wire.send({ ...request, token: intruder }));

  async function guards(): Promise<Record<string, number>> {
    const text = `SELECT tenant_id, consecutive_failures AS failures FROM users WHERE user_id = 'shared'`;
    const rows = await stage.service.sql<{ tenant_id: string; failures: number }>(text);
    return Object.fromEntries(rows.map(({ tenant_id, failures }) => [tenant_id, failures]));
  }

  it('do not share factors of users with the same id', async () => {
    expect((await factorsOf('shared')).json().data).toEqual([expect.objectContaining({ id: mine.factorId })]);
    expect((await stage.factors('shared')).data).toEqual([expect.objectContaining({ id: theirs.factorId })]);
    expect((await asIntruder('shared', stage.right(theirs))).status).toBe(422);
    expect((await asIntruder('shared', stage.right(mine))).json()).toMatchObject({
      valid: true,
      factorId: mine.factorId,
    });
    expect((await stage.verify('shared', stage.right(theirs))).json()).toMatchObject({ factorId: theirs.factorId });
  });

  it('do not share failures, locks and stops', async () => {
    for (const code of stage.wrong(mine, 6)) await asIntruder('shared', code);
    expect(Object.values(await guards()).sort()).toEqual([0, 5]);
    await stage.later(29_000);
    expect((await asIntruder('shared', stage.right(mine))).status).toBe(422);
    const text = 'UPDATE users SET recent_failures = $1 WHERE user_id = $2 AND consecutive_failures = 5';
    await stage.service.sql(text, [Array<Date>(100).fill(new Date(stage.nowMs)), 'shared']);
    await stage.later(1_000);
    expect((await asIntruder('shared', stage.right(mine))).status).toBe(422);
    expect((await stage.verify('shared', stage.right(theirs))).status).toBe(200);
  });

  it("cannot lock another tenant's user", async () => {
    for (const code of stage.wrong(victim, 12)) await asIntruder('victim', code);
    expect(await stage.guard('victim')).toMatchObject({ consecutive_failures: 0, recent: 0, locked_until: null });
    expect((await stage.verify('victim', stage.right(victim))).status).toBe(200);
  });

  it("see another tenant's user like an unknown one: no factors, and enrolment is open", async () => {
    const path = (userId: string) => ({ path: `/v1/users/${userId}/factors` });
    expect(await bytes(path('victim'))).toBe(await bytes(path('unknown')));
    expect((await factorsOf('victim')).json()).toEqual({ data: [], mfaRequired: false, nextCursor: null });
    const opened = await call(stage.service.url, { path: '/v1/users/victim/factors/totp', token: intruder, body: {} });
    expect(opened.status).toBe(201);
    expect((await stage.factors('victim')).data).toHaveLength(1);
  });

  it("get the same bytes for another tenant's factor as for an unknown one: removal", async () => {
    const remove = (userId: string, factorId: string) => ({
      method: 'DELETE',
      path: `/v1/users/${userId}/factors/${factorId}`,
    });
    const unknown = await bytes(remove('victim', UNKNOWN));
    expect(unknown).toMatch(/^HTTP\/1\.1 404 /);
    expect(await bytes(remove('victim', victim.factorId))).toBe(unknown);
    expect(await bytes(remove('shared', theirs.factorId))).toBe(unknown);
    // Of the same tenant, but of another user.
    expect(await bytes(remove('victim', mine.factorId))).toBe(unknown);
    expect((await stage.factors('victim')).data).toHaveLength(1);
  });

  it("get the same bytes for another tenant's factor as for an unknown one: confirmation", async () => {
    const open = await stage.open('pending-there');
    const confirm = (factorId: string, code: string) => ({
      path: `/v1/users/pending-there/factors/${factorId}/confirm`,
      body: { code },
    });
    const unknown = await bytes(confirm(UNKNOWN, '123456'));
    expect(unknown).toMatch(/^HTTP\/1\.1 422 /);
    expect(await bytes(confirm(open.id, stage.right(open)))).toBe(unknown);
    expect((await stage.confirm('pending-there', open.id, stage.right(open))).status).toBe(200);
  });

  it("cannot reach another tenant's factors with a cursor made of their ids", async () => {
    for (const { id } of (await stage.factors('victim')).data) expect(id).toBe(victim.factorId);
    const cursor = Buffer.from('00000000-0000-0000-0000-000000000000').toString('base64url');
    expect((await factorsOf('victim', `?after=${cursor}`)).status).toBe(400);
  });
});
