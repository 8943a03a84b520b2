// An operator sets the oldest accepted app version, for one tenant or for all tenants. The newer of both counts. An
// older app can neither register nor approve, from its next call on. The commands run as processes.
import { tokenOf } from '../support/api.js';
import {
  challengeDevice,
  deviceOf,
  openRegistration,
  SoftwareDevice,
  type DeviceStage,
  type Offer,
} from '../support/software-device.js';
import { Stage } from '../support/stage.js';

jest.setTimeout(60_000);

describe('the oldest accepted version of an app', () => {
  let stage: Stage;
  let device: SoftwareDevice;
  let other: SoftwareDevice;

  beforeAll(async () => {
    stage = await Stage.open(2);
    device = await deviceOf(stage, 'ada');
    const token = await tokenOf(stage.service.url, await stage.service.tenant());
    const { urls, nowMs, service } = stage;
    const elsewhere: DeviceStage = { urls, nowMs, service, token };
    other = await deviceOf(elsewhere, 'ada');
  });
  afterAll(() => stage.stop());

  const demand = (min: string, tenant?: string, platform = 'android') => {
    const ofTenant = tenant === undefined ? [] : ['--tenant', tenant];
    return stage.service.admin('devices', 'require', '--platform', platform, '--min', min, ...ofTenant);
  };
  const list = async (of: SoftwareDevice, version: string, instance = 0) => {
    const lie = { claims: { app_version: version } };
    const answer = await of.call({ path: '/v1/device/challenges', instance, lie });
    return [answer.status, (answer.json() as { minimumVersion?: string }).minimumVersion];
  };

  it('applies to registrations and approvals on every instance, and leaves tickets and challenges unchanged', async () => {
    const offer = (await openRegistration(stage, 'new')).json() as Offer;
    const { id, matchCode } = await challengeDevice(stage, 'ada');
    await demand('25.10.0', stage.client.tenantId);
    const young = await SoftwareDevice.with(stage, offer);
    const body = await young.registration();
    const refused = await young.complete({ ...body, appVersion: '25.9.9' });
    expect([refused.status, refused.json()]).toMatchObject([426, { code: 'app_too_old', minimumVersion: '25.10.0' }]);
    expect((await young.complete({ ...body, appVersion: '25.10.0' })).status).toBe(201);
    const path = `/v1/device/challenges/${id}/respond`;
    const decision = await device.decision({ id }, matchCode);
    const old = await device.call({ path, body: decision, instance: 1, lie: { claims: { app_version: '25.9.9' } } });
    expect(old.status).toBe(426);
    expect((await device.call({ path, body: decision, instance: 1 })).status).toBe(200);
  });

  it('is set for one tenant or for all, and the newer of both counts', async () => {
    expect([await list(device, '25.9.9'), await list(other, '25.9.9')]).toEqual([
      [426, '25.10.0'],
      [200, undefined],
    ]);
    await demand('25.11.0');
    expect([await list(device, '25.10.0', 1), await list(other, '25.10.0')]).toEqual([
      [426, '25.11.0'],
      [426, '25.11.0'],
    ]);
    await demand('none');
    expect([await list(device, '25.10.0'), await list(device, '25.9.9'), await list(other, '1.0.0')]).toEqual([
      [200, undefined],
      [426, '25.10.0'],
      [200, undefined],
    ]);
    await demand('99.0.0', stage.client.tenantId, 'ios');
    expect(await list(device, '25.10.0')).toEqual([200, undefined]);
  });

  it('writes an event for each tenant that it is set for, and none for the decoy tenant', async () => {
    const text = `SELECT count(*)::int AS events FROM audit_events WHERE action = 'tenant.app_minimum_changed' GROUP BY tenant_id ORDER BY 1`;
    // Two events for all tenants; two more for one tenant.
    expect(await stage.service.sql(text)).toEqual([{ events: 2 }, { events: 4 }]);
  });

  it.each([
    ['an unknown platform', ['--platform', 'amiga', '--min', '1.0.0'], /--platform takes one of/],
    ['a malformed version', ['--platform', 'ios', '--min', '25.1'], /--min takes a version/],
    ['an unknown tenant', ['--platform', 'ios', '--min', '1.0.0', '--tenant', 'ten_x'], /There is no tenant ten_x/],
  ])('is refused with a sentence about %s', async (_what, words, sentence) => {
    await expect(stage.service.admin('devices', 'require', ...words)).rejects.toMatchObject({
      stderr: expect.stringMatching(sentence),
    });
  });
});
