// T-46. The attacker has stolen a client with `webhooks:write`. Before raising an alert, the attacker removes the
// addresses that alerts are sent to. Or the attacker changes their secrets, so that the receivers reject the alerts.
import { call, tokenOf, type Answer } from '../support/api.js';
import { Askers, pause } from '../support/askers.js';
import { answering, Provider } from '../support/providers.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(60_000);

const CANARY = '+12025550199';

interface Added {
  readonly id: string;
}

describe('alert addresses', () => {
  let stage: Stage;
  let askers: Askers;
  let receiver: Provider;

  beforeAll(async () => {
    receiver = await Provider.open();
    receiver.reset(answering(204));
    stage = await Stage.open(2);
    askers = await Askers.of(stage);
    await stage.service.operate('canaries', 'add-number', '--tenant', stage.client.tenantId, '--number', CANARY);
  });
  afterAll(async () => {
    await stage.stop();
    receiver.close();
  });
  beforeEach(async () => {
    await stage.service.sql('DELETE FROM webhook_endpoints');
    await askers.anotherDay();
    receiver.reset(answering(204));
  });

  const path = '/v1/webhook-endpoints';
  const asThief = (method: string, of = path, body?: object): Promise<Answer> =>
    call(stage.service.url, { method, path: of, token: stage.token, ...(body ? { body } : {}) });
  const byOperator = (name: string) => {
    const url = `${receiver.address}/${name}`;
    return stage.service.operate<Added>('webhooks', 'add', '--tenant', stage.client.tenantId, '--url', url);
  };
  const byTenant = async (name: string) =>
    (await asThief('POST', path, { url: `${receiver.address}/${name}` })).json() as Added;
  const kinds = () => receiver.received.map(({ body }) => (JSON.parse(body) as { data: { kind: string } }).data.kind);
  const heard = async (kind: string) => {
    for (let tries = 0; tries < 100 && !kinds().includes(kind); tries += 1) await pause(50);
    return kinds();
  };

  it('of the operator: no client can remove one or change its secret', async () => {
    const { id } = await byOperator('operators');
    for (const [method, of] of [
      ['DELETE', `${path}/${id}`],
      ['POST', `${path}/${id}/rotate-secret`],
    ] as const) {
      const answers = await Promise.all(Array.from({ length: 5 }, () => asThief(method, of)));
      for (const answer of answers) {
        expect(answer.status).toBe(403);
        expect(answer.json()).toMatchObject({ code: 'operator_endpoint' });
      }
    }
    expect((await asThief('GET')).json()).toMatchObject({ data: [{ id, status: 'active', addedBy: 'operator' }] });
    await askers.lookUp(await askers.one(), CANARY);
    expect(await heard('canary_number_asked')).toEqual(['canary_number_asked']);
  });

  it('get 404 for another tenant, like unknown ones', async () => {
    const { id } = await byOperator('operators');
    const token = await tokenOf(stage.service.url, await stage.service.tenant());
    expect((await call(stage.service.url, { method: 'DELETE', path: `${path}/${id}`, token })).status).toBe(404);
  });

  it('of the tenant can be removed, and the other addresses get an alert', async () => {
    await byOperator('operators');
    const { id } = await byTenant('tenants');
    expect((await asThief('GET')).json()).toMatchObject({ data: [{ addedBy: 'operator' }, { addedBy: 'tenant' }] });
    expect((await asThief('DELETE', `${path}/${id}`)).status).toBe(204);
    expect(await heard('alert_address_changed')).toEqual(['alert_address_changed']);
  });

  it('get an alert about their own new secret', async () => {
    const { id } = await byTenant('tenants');
    expect((await asThief('POST', `${path}/${id}/rotate-secret`)).status).toBe(201);
    expect(await heard('alert_address_changed')).toEqual(['alert_address_changed']);
  });

  it('that answer 410 cause one alert to the other addresses', async () => {
    await byTenant('gone');
    receiver.reset(answering(410));
    await askers.lookUp(await askers.one(), CANARY);
    expect(await heard('canary_number_asked')).toEqual(['canary_number_asked']);
    const text = `SELECT kind, count FROM alerts WHERE kind = 'alert_address_changed'`;
    for (let tries = 0; tries < 100 && (await stage.service.sql(text)).length === 0; tries += 1) await pause(50);
    expect(await stage.service.sql(text)).toEqual([{ kind: 'alert_address_changed', count: 1 }]);
  });

  it('of the operator can be added when the tenant already has five', async () => {
    for (let nth = 0; nth < 5; nth += 1) await byTenant(`tenants-${nth}`);
    expect((await asThief('POST', path, { url: `${receiver.address}/sixth` })).status).toBe(409);
    expect(await byOperator('operators')).toMatchObject({ status: 'active' });
  });
});
