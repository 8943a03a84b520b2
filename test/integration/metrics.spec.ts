// The metrics that Prometheus reads from two instances over one database, on a port of their own. They contain no
// personal data.
import { call } from '../support/api.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { freePort } from '../support/redis-server.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(60_000);

describe('metrics', () => {
  let stage: Stage;
  let urls: string[];

  beforeAll(async () => {
    stage = await Stage.open(1);
    const ports = [await freePort(), await freePort()];
    urls = ports.map((port) => `http://127.0.0.1:${port}`);
    for (const port of ports) await stage.service.addInstance({ METRICS_PORT: String(port) });
    await stage.at(stage.nowMs);
  });
  afterAll(() => stage.stop());

  const read = async (url: string) => (await call(url, { path: '/metrics' })).text;
  const countOf = (text: string, kind: string) =>
    Number(new RegExp(`^countersign_alerts_total\\{kind="${kind}",severity="\\w+"\\} (\\d+)$`, 'm').exec(text)?.[1]);

  it('count each alert of each tenant, equal at every instance, including alerts from before the start', async () => {
    const [first = '', second = ''] = urls;
    expect(countOf(await read(first), 'canary_credential_shown')).toBe(0);
    const tenants = [stage.client.tenantId, (await stage.service.tenant()).tenantId];
    for (const tenant of tenants) {
      const planted = ['canaries', 'plant-credential', '--tenant', tenant];
      const { clientId, clientSecret } = await stage.service.operate<Record<string, string>>(...planted);
      const raw = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId ?? '',
        client_secret: clientSecret ?? '',
      });
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      for (let shown = 0; shown < 3; shown += 1)
        expect((await call(stage.service.url, { path: '/oauth2/token', raw: raw.toString(), headers })).status).toBe(
          401,
        );
    }
    for (const url of [first, second, first]) expect(countOf(await read(url), 'canary_credential_shown')).toBe(6);
    expect(countOf(await read(first), 'look_ups_stopped')).toBe(0);
  });

  it('describe the process, and name no tenant, client or user', async () => {
    const text = await read(urls[0] ?? '');
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
    expect(text).not.toMatch(/ten_|cli_|fac_|phn_|\+\d{6,}/);
  });

  it('return only an error while the database is down, and recover with it', async () => {
    const proxy = await DatabaseProxy.before(stage.service.databaseUrl);
    const port = await freePort();
    const settings = { DATABASE_URL: proxy.url, MIGRATION_DATABASE_URL: stage.service.databaseUrl };
    await stage.service.addInstance({ ...settings, METRICS_PORT: String(port) });
    const read = () => call(`http://127.0.0.1:${port}`, { path: '/metrics' });
    proxy.cut();
    const { status, text } = await read();
    expect([status, text]).toEqual([503, '']);
    proxy.heal();
    for (let tries = 0; (await read()).status !== 200; tries += 1) {
      if (tries === 100) throw new Error('the metrics did not come back');
      await new Promise((done) => setTimeout(done, 100));
    }
    await stage.service.stopLast();
    await proxy.stop();
  });

  it('are the only route on their port, and are on no other port', async () => {
    const url = urls[0] ?? '';
    const { status, headers } = await call(url, { path: '/metrics' });
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
      'no-store',
    ]);
    for (const path of ['/', '/metrics/', '/metrics?x', '/health/ready', '/v1/alerts', '/docs'])
      expect((await call(url, { path })).status).toBe(404);
    expect((await call(url, { method: 'POST', path: '/metrics' })).status).toBe(405);
    expect((await call(stage.service.url, { path: '/metrics' })).status).toBe(404);
  });
});
