// T-41. Canaries: a number that only its operator knows, a credential planted where thieves look. And runs of consecutive numbers.
// The attacker wants to use them unseen, or to tell a canary from a real number or credential.
import { OPERATOR_TENANT_ID } from '../../src/contract/reserved-tenants.js';
import { tokenOf } from '../support/api.js';
import { Askers, uuidOf, type Asker } from '../support/askers.js';
import { numberAt } from '../support/phones.js';
import type { Credentials } from '../support/service.js';
import { DAY, Stage } from '../support/stage.js';
import { workersDone } from '../support/workers.js';

jest.setTimeout(60_000);

const CANARY = '+12025550199';

describe('a canary', () => {
  let stage: Stage;
  let askers: Askers;
  let tenant: string;

  beforeAll(async () => {
    stage = await Stage.open(2);
    askers = await Askers.of(stage);
    tenant = stage.client.tenantId;
    await stage.service.operate('canaries', 'add-number', '--tenant', tenant, '--number', '+1 (202) 555-0199');
  });
  afterAll(() => stage.stop());
  beforeEach(() => askers.anotherDay());

  const raised = async (kind: string) =>
    (await askers.alerts()).filter((alert) => alert.kind === kind).map(({ clientId, count }) => [clientId, count]);

  async function token({ clientId, clientSecret }: Credentials) {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    });
    const answer = await fetch(`${stage.service.url}/oauth2/token`, { method: 'POST', body });
    return [answer.status, await answer.text()] as const;
  }

  it.each([
    ['phone-lookups', '/v1/phone-lookups'],
    ['phone-match', '/v1/users/user-0/phone-match'],
    ['blind-lookups', '/v1/blind-lookups'],
  ])('raises an alert within five seconds when its number is asked about once, by %s', async (_name, path) => {
    const thief = await askers.one();
    const answer = await askers.ask(thief, path, { phoneNumber: CANARY }, 1);
    expect([200, 202]).toContain(answer.status);
    const askedAt = performance.now();
    expect(await raised('canary_number_asked')).toEqual([[thief.clientId, 1]]);
    expect(performance.now() - askedAt).toBeLessThan(5_000);
  });

  it('counts each of a hundred look-ups of its number, and none of other numbers', async () => {
    // Morning, so that all of it is one day.
    await stage.at(Math.ceil(stage.nowMs / DAY) * DAY + DAY / 4);
    const clients = await Promise.all(Array.from({ length: 10 }, () => askers.one()));
    for (let touch = 0; touch < 10; touch += 1) {
      await Promise.all(clients.map((client, index) => askers.lookUp(client, CANARY, index % 2)));
      await Promise.all(clients.map((client) => askers.lookUp(client, numberAt(touch))));
      await workersDone(stage);
    }
    const all = await raised('canary_number_asked');
    expect(all.sort()).toEqual(clients.map(({ clientId }) => [clientId, 10]).sort());
  });

  it('raises no alert in another tenant, and none once it was removed', async () => {
    const other = await stage.service.tenant();
    await askers.desk.set({ via: 'outbox', countries: 'US', lookups: 'on' }, other.tenantId);
    const foreign: Asker = { ...other, token: await tokenOf(stage.service.url, other) };
    expect((await askers.lookUp(foreign, CANARY)).status).toBe(200);
    const number = '+12025550177';
    await stage.service.operate('canaries', 'add-number', '--tenant', tenant, '--number', number);
    await stage.service.operate('canaries', 'remove-number', '--tenant', tenant, '--number', number);
    await askers.lookUp(await askers.one(), number);
    await workersDone(stage);
    expect(await stage.service.sql("SELECT FROM alerts WHERE kind = 'canary_number_asked'")).toEqual([]);
    const remove = stage.service.operate('canaries', 'remove-number', '--tenant', tenant, '--number', number);
    await expect(remove).rejects.toThrow('is not a canary');
    const words = ['canaries', 'add-number', '--tenant', tenant, '--number', 'what'];
    await expect(stage.service.operate(...words)).rejects.toThrow('international form');
  });

  it('is refused like a wrong client secret, and raises an alert at each use', async () => {
    const canary = await stage.service.operate<Credentials>('canaries', 'plant-credential', '--tenant', tenant);
    expect(canary.clientSecret).toMatch(/^csk_/);
    const honest = await askers.one();
    const wrong = await token({ ...honest, clientSecret: canary.clientSecret });
    for (let touch = 0; touch < 3; touch += 1) expect(await token(canary)).toEqual(wrong);
    expect(wrong[0]).toBe(401);
    expect(await raised('canary_credential_shown')).toEqual([[canary.clientId, 3]]);
    // Its id alone is not secret: a wrong secret with it raises no alert.
    expect((await token({ ...canary, clientSecret: honest.clientSecret }))[0]).toBe(401);
    expect(await raised('canary_credential_shown')).toEqual([[canary.clientId, 3]]);
    const resume = stage.service.operate('clients', 'resume', '--client', canary.clientId);
    await expect(resume).rejects.toThrow('canary');
  });

  it('is named in no audit event before it is used', async () => {
    const canary = await stage.service.operate<Credentials>('canaries', 'plant-credential', '--tenant', tenant);
    const id = uuidOf({ ...canary, token: '' });
    const events = 'SELECT FROM audit_events WHERE client_id = $1 OR target_id = $1';
    expect(await stage.service.sql(events, [id])).toEqual([]);
    expect(await stage.service.sql("SELECT FROM audit_events WHERE action = 'canary.credential_planted'")).not.toEqual(
      [],
    );
  });

  it('is not needed for runs: twenty numbers of one hundred raise an alert, by one client or by all together; nineteen do not', async () => {
    const inOneHundred = (from: number, count: number) =>
      Array.from({ length: count }, (_none, index) => `+1201556${String(from + index).padStart(4, '0')}`);
    const [one, two, three, honest] = await Promise.all(Array.from({ length: 4 }, () => askers.one()));
    if (!one || !two || !three || !honest) throw new Error('a client is missing');
    await askers.lookUpAll(honest, inOneHundred(300, 19));
    expect(await raised('numbers_in_a_row')).toEqual([]);
    await askers.lookUpAll(one, inOneHundred(500, 20));
    expect(await raised('numbers_in_a_row')).toEqual([[one.clientId, 1]]);
    await askers.lookUpAll(two, inOneHundred(700, 10));
    await askers.lookUpAll(three, inOneHundred(710, 10));
    expect(await raised('numbers_in_a_row')).toEqual([
      [one.clientId, 1],
      [undefined, 1],
    ]);
  });

  it('has its events in the tenant of the operator, which has no client', async () => {
    const [row] = await stage.service.sql<{ n: number }>(
      'SELECT count(*)::int AS n FROM clients WHERE tenant_id = $1',
      [OPERATOR_TENANT_ID],
    );
    expect(row?.n).toBe(0);
  });
});
