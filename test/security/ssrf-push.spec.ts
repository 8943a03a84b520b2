// T-37. The attacker operates a tenant and names this machine as its backend, if the setting of tenants allows it. The
// operator of the service has allowed no such address. ssrf.spec.ts tests the rule; this spec tests that the running
// service applies it.
import { PUSHES_CHANNEL } from '../../src/factors/devices/push-queue.repository.js';
import { Canaries } from '../support/canaries.js';
import { challengeDevice, deviceOf } from '../support/software-device.js';
import { Stage } from '../support/stage.js';

describe('a service without allowed local addresses', () => {
  let stage: Stage;
  let canaries: Canaries;

  beforeAll(async () => {
    canaries = await Canaries.open();
    stage = await Stage.open(1, { OUTBOUND_ALLOWED_RANGES: '' });
  });
  afterAll(async () => {
    await stage.stop();
    canaries.close();
  });

  const log = () => stage.service.instances[0]?.output() ?? '';

  it('does not call this machine for a tenant, and logs the refusal without the address', async () => {
    const url = `http://127.0.0.1:${canaries.port}/s3cret-path`;
    await stage.service.admin('tenants', 'set', '--tenant', stage.client.tenantId, '--push-url', url);
    await deviceOf(stage, 'ada');
    await challengeDevice(stage, 'ada');
    await stage.workBegun(PUSHES_CHANNEL);
    const deadline = Date.now() + 10_000;
    while (!log().includes('OutboundRefused') && Date.now() < deadline)
      await new Promise((done) => setTimeout(done, 50));
    expect(log()).toMatch(/"name":"OutboundRefused","code":"address"/);
    expect(log()).not.toContain('s3cret');
    expect(canaries.connections).toBe(0);
  });
});
