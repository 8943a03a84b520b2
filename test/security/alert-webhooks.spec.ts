// Alerts are sent to webhook endpoints within five seconds, signed and once, by one of two instances. A refused delivery is tried again.
// The receiver is a real server. The library of the standard checks the signatures.
import { ALERTS_CHANNEL } from '../../src/abuse/alerts/alert-deliveries.repository.js';
import { call, tokenOf } from '../support/api.js';
import { Askers, pause, type Asker } from '../support/askers.js';
import { answering, Provider, verifiedAt } from '../support/providers.js';
import { DAY, SECOND, Stage, statuses } from '../support/stage.js';
import { alertsDelivered, deliveriesTried } from '../support/workers.js';

jest.setTimeout(60_000);

const CANARY = '+12025550199';
/** Long enough for a delivery that is tried too early to arrive. */
const NOT_YET_MS = 400;

interface Added {
  readonly id: string;
  readonly url: string;
  readonly status: string;
  readonly secret: string;
}

describe('a webhook endpoint for alerts', () => {
  let stage: Stage;
  let askers: Askers;
  let receiver: Provider;
  let operator: Provider;

  beforeAll(async () => {
    [receiver, operator] = [await Provider.open(), await Provider.open()];
    stage = await Stage.open(2);
    askers = await Askers.of(stage);
    await stage.service.operate('canaries', 'add-number', '--tenant', stage.client.tenantId, '--number', CANARY);
  });
  afterAll(async () => {
    await stage.stop();
    receiver.close();
    operator.close();
  });
  beforeEach(async () => {
    await stage.service.sql('DELETE FROM webhook_endpoints');
    await stage.service.sql('DELETE FROM alert_deliveries');
    await askers.anotherDay();
    for (const each of [receiver, operator]) each.reset(answering(204));
  });

  const asTenant = (method: string, path: string, body?: object) =>
    call(stage.service.url, { method, path, token: stage.token, ...(body ? { body } : {}) });

  async function added(url = `${receiver.address}/alerts`): Promise<Added> {
    const answer = await asTenant('POST', '/v1/webhook-endpoints', { url });
    expect(answer.status).toBe(201);
    return answer.json() as Added;
  }

  /** Touches the canary: an alert. How long until somebody was told, in milliseconds. */
  async function alarm(thief: Asker, heard: Provider = receiver): Promise<number> {
    const before = heard.received.length;
    const began = performance.now();
    expect((await askers.lookUp(thief, CANARY)).status).toBe(200);
    await heard.hears(before + 1);
    return performance.now() - began;
  }

  /** Moves the clock and lets all instances look for deliveries that are due. */
  async function later(ms: number): Promise<void> {
    await stage.later(ms);
    await stage.service.sql(`SELECT pg_notify('${ALERTS_CHANNEL}', '0')`);
  }

  /** Once the receiver has so many requests and the outcome of the last is stored. */
  async function heard(count: number): Promise<void> {
    await receiver.hears(count);
    expect(receiver.received).toHaveLength(count);
    await deliveriesTried(stage);
  }

  const verified = (secret: string, request = receiver.received[0]): unknown =>
    verifiedAt(stage.nowMs, secret, request);

  it('gets each alert once within five seconds, signed, of the tenant and of the operator', async () => {
    const { secret, ...endpoint } = await added();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const url = `${operator.address}/all`;
    const told = await stage.service.operate<Added>('webhooks', 'add', '--tenant', 'operator', '--url', url);
    const thief = await askers.one();
    expect(await alarm(thief)).toBeLessThan(5_000);
    await alertsDelivered(stage);
    expect([receiver.received.length, operator.received.length]).toEqual([1, 1]);
    const data = {
      tenantId: stage.client.tenantId,
      kind: 'canary_number_asked',
      severity: 'critical',
      clientId: thief.clientId,
      count: 1,
    };
    expect(verified(secret)).toMatchObject({ type: 'alert.raised', data });
    expect(verified(told.secret, operator.received[0])).toMatchObject({ type: 'alert.raised', data });
    expect(() => verified(told.secret)).toThrow();
    expect(receiver.received[0]?.body).not.toContain(CANARY.slice(1));
    expect((await asTenant('GET', '/v1/webhook-endpoints')).json()).toEqual({ data: [endpoint], nextCursor: null });
    expect(await stage.service.sql('SELECT FROM alert_deliveries')).toEqual([]);
  });

  it('is not the only place: one of two instances logs the alert once, at level warn', async () => {
    const thief = await askers.one();
    await askers.lookUp(thief, CANARY);
    await alertsDelivered(stage);
    const lines = stage.service.instances
      .flatMap((instance) => instance.output().split('\n'))
      .filter((line) => line.includes('alert: canary_number_asked') && line.includes(thief.clientId));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 40, tenantId: stage.client.tenantId, count: 1 });
  });

  it('gets the alert again at the tenth occurrence, not at each', async () => {
    await added();
    await stage.at(Math.ceil(stage.nowMs / DAY) * DAY + DAY / 4);
    const thief = await askers.one();
    for (let touch = 0; touch < 10; touch += 1) {
      await askers.lookUp(thief, CANARY);
      await alertsDelivered(stage);
    }
    await heard(2);
    const counts = receiver.received.map(({ body }) => (JSON.parse(body) as { data: { count: number } }).data.count);
    expect(counts).toEqual([1, 10]);
  });

  it('gets the same body under the same id again, at the intervals of the standard, until it answers 2xx', async () => {
    const { secret } = await added();
    receiver.reset(answering(500));
    await alarm(await askers.one());
    for (const seconds of [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000]) {
      const before = receiver.received.length;
      await later((seconds - 1) * SECOND);
      await pause(NOT_YET_MS);
      expect(receiver.received).toHaveLength(before);
      await later(SECOND);
      await heard(before + 1);
    }
    receiver.answer = answering(200);
    await later(86_400 * SECOND);
    await heard(10);
    expect(new Set(receiver.received.map(({ body, headers }) => `${String(headers['webhook-id'])} ${body}`)).size).toBe(
      1,
    );
    expect(verified(secret, receiver.received[9])).toMatchObject({ type: 'alert.raised' });
    expect(await stage.service.sql('SELECT FROM alert_deliveries')).toEqual([]);
  });

  it('gets nothing after the tenth try until an operator replays the delivery', async () => {
    const { id } = await added();
    receiver.reset(answering(503));
    await alarm(await askers.one());
    for (let tries = 2; tries <= 10; tries += 1) {
      await later(DAY);
      await heard(tries);
    }
    await later(DAY);
    await pause(NOT_YET_MS);
    expect(receiver.received).toHaveLength(10);
    receiver.reset(answering(204));
    const outcome = await stage.service.operate('webhooks', 'replay', '--endpoint', id);
    expect(outcome).toEqual({ id, status: 'active', replayed: 1 });
    await heard(1);
  });

  it('is disabled by an answer of 410 until an operator replays its deliveries', async () => {
    const { id } = await added();
    receiver.reset(answering(410));
    await alarm(await askers.one());
    await heard(1);
    const shown = async () =>
      ((await asTenant('GET', '/v1/webhook-endpoints')).json() as { data: Added[] }).data[0]?.status;
    for (let tries = 0; (await shown()) !== 'disabled' && tries < 100; tries += 1) await pause(50);
    expect(await shown()).toBe('disabled');
    await askers.lookUp(await askers.one(), CANARY);
    await heard(1);
    const disabled = "SELECT FROM audit_events WHERE action = 'webhook.endpoint_disabled'";
    expect(await stage.service.sql(disabled)).toHaveLength(1);
    receiver.reset(answering(204));
    expect(await stage.service.operate('webhooks', 'replay', '--endpoint', id)).toMatchObject({ replayed: 1 });
    await heard(1);
    expect(await shown()).toBe('active');
  });

  it('gets signatures of both secrets for a day after a rotation, then of the new secret only', async () => {
    const { id, secret: first } = await added();
    const rotated = await asTenant('POST', `/v1/webhook-endpoints/${id}/rotate-secret`);
    expect(rotated.status).toBe(201);
    const { secret: second } = rotated.json() as Added;
    await alarm(await askers.one());
    expect(verified(first)).toMatchObject({ type: 'alert.raised' });
    expect(verified(second)).toMatchObject({ type: 'alert.raised' });
    await stage.later(DAY);
    receiver.reset(answering(204));
    await alarm(await askers.one());
    expect(verified(second)).toMatchObject({ type: 'alert.raised' });
    expect(() => verified(first)).toThrow();
  });

  it('gets no alert of another tenant, and another tenant cannot see, change or remove it', async () => {
    const { id } = await added();
    const other = await stage.service.tenant();
    const token = await tokenOf(stage.service.url, other);
    const theirs = (method: string, path: string) => call(stage.service.url, { method, path, token });
    expect((await theirs('GET', '/v1/webhook-endpoints')).json()).toEqual({ data: [], nextCursor: null });
    expect((await theirs('DELETE', `/v1/webhook-endpoints/${id}`)).status).toBe(404);
    expect((await theirs('POST', `/v1/webhook-endpoints/${id}/rotate-secret`)).status).toBe(404);
    await askers.desk.set({ via: 'outbox', countries: 'US', lookups: 'on' }, other.tenantId);
    await stage.service.operate('canaries', 'add-number', '--tenant', other.tenantId, '--number', CANARY);
    await askers.lookUp({ ...other, token }, CANARY);
    await alertsDelivered(stage);
    expect(receiver.received).toEqual([]);
    expect((await asTenant('DELETE', `/v1/webhook-endpoints/${id}`)).status).toBe(204);
    expect((await asTenant('DELETE', `/v1/webhook-endpoints/${id}`)).status).toBe(404);
  });

  it('is one of at most five, also when twelve are added in parallel', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_none, index) =>
        asTenant('POST', '/v1/webhook-endpoints', { url: `https://backend.example/${index}` }),
      ),
    );
    expect(statuses(answers)).toEqual({ 201: 5, 409: 7 });
  });

  it.each([
    'http://backend.example/',
    'https://user:pass@backend.example/',
    'ftp://backend.example/',
    'backend.example',
    'https://backend.example/#here',
    '',
  ])('is refused at the address “%s”', async (url) => {
    const answer = await asTenant('POST', '/v1/webhook-endpoints', { url });
    expect([answer.status, (answer.json() as { code: string }).code]).toEqual([400, 'malformed_request']);
  });

  it('has a secret that is stored sealed', async () => {
    const secret = (await added()).secret.slice('whsec_'.length);
    const rows = await stage.service.sql<{ row: string }>(
      "SELECT encode(secret, 'base64') || encode(secret, 'hex') AS row FROM webhook_endpoints",
    );
    for (const { row } of rows) {
      expect(row).not.toContain(secret.slice(0, -1));
      expect(row).not.toContain(Buffer.from(secret, 'base64').toString('hex'));
    }
  });
});
