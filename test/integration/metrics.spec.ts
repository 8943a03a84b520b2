// What Prometheus reads of two instances over one database, on a port of its own, and what is not in it.
import { createServer, type AddressInfo } from 'node:net';
import { call } from '../support/api.js';
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

  it('count each alert of each tenant, the same at every instance, also those of before the start', async () => {
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

  it('tell of the process, and of no tenant, client or user', async () => {
    const text = await read(urls[0] ?? '');
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
    expect(text).not.toMatch(/ten_|cli_|fac_|phn_|\+\d{6,}/);
  });

  it('are the only thing on that port, and on no other', async () => {
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

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}
