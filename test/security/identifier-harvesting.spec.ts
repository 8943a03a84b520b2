// T-52. The attacker stole a credential with `factors:read` and has a list of user ids from another source. Each answer
// says whether the user is enrolled, 6,000 of them a minute. They share the work among credentials, and approve proofs
// of their own users, to look like a sign-in page.
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { call, enrolled, tokenOf } from '../support/api.js';
import { pause } from '../support/askers.js';
import { devicesOf, factorsOf, Harvesters, names, verifyOf, type Tenant } from '../support/harvesters.js';
import { DAY, MINUTE, Stage, statuses } from '../support/stage.js';

const WAIT = 10 * MINUTE;
/** The poll interval of each instance. */
const REACH_MS = 1_500;

describe('a client that harvests user ids', () => {
  let stage: Stage;
  let harvesters: Harvesters;

  beforeAll(async () => {
    stage = await Stage.open(2);
    harvesters = new Harvesters(stage);
    // Morning, so that the whole spec is within one day.
    await stage.at(Math.ceil(stage.nowMs / DAY) * DAY + 6 * 60 * MINUTE);
  });
  afterAll(() => stage.stop());

  const only = ({ clients: [client] }: Tenant) => {
    if (client === undefined) throw new Error('a tenant has no client');
    return client;
  };

  const proven = ({ tenantId }: Tenant, clientId: string, userIds: readonly string[]) =>
    stage.service.sql(
      `INSERT INTO audit_events (tenant_id, id, at, action, client_id, user_id)
       SELECT $1, gen_random_uuid(), $2, 'verification.approved', $3, name FROM unnest($4::text[]) AS name`,
      [fromTypeId('ten', tenantId), new Date(stage.nowMs), fromTypeId('cli', clientId), userIds],
    );
  /** Counts of the users that this client asked about today. */
  const countsOf = (clientId: string) =>
    stage.service.sql(
      `SELECT sum(proven)::int AS proven, sum(unproven)::int AS unproven, sum(open)::int AS open FROM user_query_counts
       WHERE subject_id = $1 AND day = ($2::timestamptz AT TIME ZONE 'UTC')::date`,
      [fromTypeId('cli', clientId), new Date(stage.nowMs)],
    );

  it('raises an immediate alert in a tenant without history, and keeps the reads that a sign-in needs', async () => {
    const tenant = await harvesters.tenant();
    const ids = names('taken', 600);
    await harvesters.plant(tenant, ids);
    expect(statuses(await harvesters.ask(only(tenant), ids.map(factorsOf)))).toEqual({ 200: 600 });
    const { clientId } = only(tenant);
    expect(await harvesters.alerts(tenant, 2)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'users_asked_without_proof', severity: 'warning', clientId, count: 1 }),
      ]),
    );
    await pause(REACH_MS);
    expect(statuses(await harvesters.ask(only(tenant), ids.slice(0, 4).map(factorsOf)))).toEqual({ 200: 4 });
    expect(await stage.service.sql('SELECT FROM quarantines')).toEqual([]);
  });

  it('raises an alert at the 27th enrolled user without a proof, ten minutes later, if the history has none', async () => {
    const tenant = await harvesters.tenant();
    await harvesters.past(tenant, { proven: 100, unproven: 0 });
    await harvesters.plant(tenant, names('quiet', 27));
    await harvesters.ask(only(tenant), names('quiet', 26).map(factorsOf));
    await stage.later(WAIT);
    await harvesters.settled();
    expect(await harvesters.alerts(tenant)).toEqual([]);
    await harvesters.ask(only(tenant), [factorsOf('quiet-26')]);
    await stage.later(WAIT);
    await harvesters.settled();
    expect(await harvesters.alerts(tenant, 2)).toMatchObject([
      { kind: 'users_asked_without_proof', count: 1 },
      { kind: 'users_asked_without_proof', count: 1 },
    ]);
  });

  it('does not hide behind refused proofs, or behind many proofs of one user', async () => {
    const tenant = await harvesters.tenant();
    await harvesters.past(tenant, { proven: 100, unproven: 0 });
    const ids = names('wrong', 27);
    await harvesters.plant(tenant, ids);
    const token = await tokenOf(stage.service.url, only(tenant));
    await harvesters.ask(only(tenant), ids.map(factorsOf));
    expect(statuses(await harvesters.ask(only(tenant), ids.map(verifyOf), { code: '123456' }))).toEqual({ 422: 27 });
    const own = await enrolled(stage.service.url, token, 'own', stage.nowMs);
    await harvesters.ask(only(tenant), Array<string>(50).fill(factorsOf(own.userId)));
    await stage.later(WAIT);
    await harvesters.settled();
    expect(await harvesters.alerts(tenant, 2)).toHaveLength(2);
  });

  it('raises no alert if a proof precedes or follows, by any client of the tenant', async () => {
    const tenant = await harvesters.tenant(2);
    const [asking, proving] = tenant.clients;
    if (asking === undefined || proving === undefined) throw new Error('a client is missing');
    await harvesters.past(tenant, { proven: 100, unproven: 0 });
    const ids = names('honest', 30);
    await harvesters.plant(tenant, ids);
    const prove = (some: readonly string[]) => proven(tenant, proving.clientId, some);
    await prove(ids.slice(0, 15));
    await stage.later(9 * MINUTE);
    await harvesters.ask(asking, ids.map(factorsOf));
    await stage.later(9 * MINUTE);
    await prove(ids.slice(15));
    await harvesters.proofsRead(tenant, 30);
    await stage.later(5 * WAIT);
    await harvesters.settled();
    expect(await countsOf(asking.clientId)).toEqual([{ proven: 30, unproven: 0, open: 0 }]);
    expect(await harvesters.alerts(tenant)).toEqual([]);
  });

  it('does not hide behind sign-ins hours before or after: a proof counts for ten minutes', async () => {
    const tenant = await harvesters.tenant(2);
    const [thief, honest] = tenant.clients;
    if (thief === undefined || honest === undefined) throw new Error('a client is missing');
    await harvesters.past(tenant, { proven: 100, unproven: 0 });
    const [ids, before] = [names('victim', 20), names('earlier', 5)];
    await harvesters.plant(tenant, [...ids, ...before]);
    await proven(tenant, honest.clientId, before);
    await harvesters.proofsRead(tenant, 5);
    await stage.later(12 * WAIT);
    await harvesters.ask(thief, [...ids, ...before].map(factorsOf));
    await stage.later(WAIT);
    await harvesters.settled();
    expect(await countsOf(thief.clientId)).toEqual([{ proven: 0, unproven: 25, open: 0 }]);
    await stage.later(12 * WAIT);
    await proven(tenant, honest.clientId, ids);
    await harvesters.proofsRead(tenant, 25);
    await harvesters.settled();
    expect(await countsOf(thief.clientId)).toEqual([{ proven: 0, unproven: 25, open: 0 }]);
  });

  it('raises a tenant alert if ten clients share the work', async () => {
    const tenant = await harvesters.tenant(10);
    await harvesters.past(tenant, { proven: 100, unproven: 0 });
    const ids = names('shared', 30);
    await harvesters.plant(tenant, ids);
    for (const [index, client] of tenant.clients.entries())
      await harvesters.ask(client, ids.slice(3 * index, 3 * index + 3).map(factorsOf));
    await stage.later(WAIT);
    await harvesters.settled();
    const alerts = await harvesters.alerts(tenant, 1);
    expect(alerts).toMatchObject([{ kind: 'users_asked_without_proof', count: 1 }]);
    expect(alerts[0]?.clientId).toBeUndefined();
  });

  it('loses the lists of users on every instance, and nothing else, until an operator accepts it', async () => {
    const tenant = await harvesters.tenant(2);
    const [thief, other] = tenant.clients;
    if (thief === undefined || other === undefined) throw new Error('a client is missing');
    await harvesters.past(tenant, { proven: 100, unproven: 0 });
    const ids = names('listed', 60);
    await harvesters.plant(tenant, ids);
    await harvesters.ask(thief, ids.map(devicesOf));
    expect((await harvesters.alerts(tenant, 3)).map(({ kind }) => kind).sort()).toEqual([
      'user_lists_stopped',
      'users_asked_without_proof',
      'users_asked_without_proof',
    ]);
    await pause(REACH_MS);
    const lists = ['devices', 'phones', 'recovery'].flatMap((what) => [0, 1].map(() => `/v1/users/unknown/${what}`));
    expect(statuses(await harvesters.ask(thief, lists))).toEqual({ 403: 6 });
    expect(statuses(await harvesters.ask(other, lists))).toEqual({ 200: 6 });
    expect(statuses(await harvesters.ask(thief, names('unknown', 2).map(factorsOf)))).toEqual({ 200: 2 });
    expect(statuses(await harvesters.ask(thief, names('unknown', 2).map(verifyOf), { code: '123456' }))).toEqual({
      422: 2,
    });
    const words = ['clients', 'accept-queries', '--client', thief.clientId, '--reason', 'a check of our own'];
    await stage.service.operate(...words);
    await expect(stage.service.operate(...words)).rejects.toThrow('There is no alert about queries');
    await pause(REACH_MS);
    expect(statuses(await harvesters.ask(thief, [...lists, devicesOf('one-more')]))).toEqual({ 200: 7 });
    await stage.later(WAIT);
    await harvesters.settled();
    expect(await harvesters.alerts(tenant)).toHaveLength(3);
  });

  it.each(['enrolled', 'unknown'])(
    'loses them after the same number of %s users, so the stop reveals nothing',
    async (kind) => {
      const tenant = await harvesters.tenant();
      await harvesters.past(tenant, { proven: 100, unproven: 0 });
      const ids = names(`same-${kind}`, 53);
      if (kind === 'enrolled') await harvesters.plant(tenant, ids);
      const stopped = async () =>
        (await stage.service.sql('SELECT FROM quarantines WHERE tenant_id = $1', [fromTypeId('ten', tenant.tenantId)]))
          .length;
      await harvesters.ask(only(tenant), ids.slice(0, 52).map(devicesOf));
      await harvesters.settled();
      expect(await stopped()).toBe(0);
      await harvesters.ask(only(tenant), ids.slice(52).map(devicesOf));
      await harvesters.settled();
      await harvesters.alerts(tenant, 3);
      expect(await stopped()).toBe(1);
    },
  );

  it('is counted once a day for each user, also for fifty parallel requests over two instances', async () => {
    const tenant = await harvesters.tenant();
    await harvesters.plant(tenant, ['often']);
    const token = await tokenOf(stage.service.url, only(tenant));
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_none, index) =>
        call(stage.urls[index % 2] ?? '', { path: factorsOf('often'), token }),
      ),
    );
    expect(statuses(answers)).toEqual({ 200: 50 });
    await stage.later(WAIT);
    await harvesters.settled();
    const row = { open: 0, proven: 0, unproven: 1 };
    expect(
      await stage.service.sql('SELECT open, proven, unproven FROM user_query_counts WHERE tenant_id = $1', [
        fromTypeId('ten', tenant.tenantId),
      ]),
    ).toEqual([row, row]);
  });

  it('leaves no user id in the stored queries', async () => {
    const rows = await stage.service.sql<Record<string, unknown>>('SELECT * FROM user_queries');
    expect(rows.length).toBeGreaterThan(100);
    expect(JSON.stringify(rows)).not.toMatch(/taken-|quiet-|wrong-|honest-|listed-|same-|often/);
  });
});
