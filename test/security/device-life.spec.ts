// T-33. The attacker has registered a device, or controls the tenant's backend. The spec shows the limits of a device
// in its first day, the notices about it, and its removal.
import { call, type Answer } from '../support/api.js';
import { deviceOf, openRegistration, type SoftwareDevice } from '../support/software-device.js';
import { MINUTE, SECOND, Stage } from '../support/stage.js';

describe('a device', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open(2);
  });
  afterAll(() => stage.stop());

  const devicesOf = async (userId: string): Promise<unknown[]> =>
    (
      (await call(stage.service.url, { path: `/v1/users/${userId}/devices`, token: stage.token })).json() as {
        data: unknown[];
      }
    ).data;

  it('approves no change to factors in its first day, unless it was the first factor', async () => {
    const first = await deviceOf(stage, 'cool');
    await stage.later(SECOND);
    const byFirst = await approvedAssertion(first, 'cool', 'factors.add');
    const young = await deviceOf(stage, 'cool', { assertion: byFirst });
    const refused = await approval(young, 'cool', 'factors.add');
    expect([refused.status, refused.json().code]).toEqual([403, 'device_cooling_off']);
    await stage.later(11 * MINUTE);
    expect((await approval(young, 'cool', 'login')).status).toBe(200);
    await stage.later(24 * 60 * MINUTE);
    expect((await approval(young, 'cool', 'factors.add')).status).toBe(200);
  });

  it('tells every device of the user about changes, and no device of other users', async () => {
    const device = await deviceOf(stage, 'noted');
    const stranger = await deviceOf(stage, 'stranger');
    await stage.later(11 * MINUTE);
    const assertion = await approvedAssertion(device, 'noted', 'factors.add');
    const more = await deviceOf(stage, 'noted', { assertion });
    await stage.later(SECOND);
    const page = async (of: SoftwareDevice) =>
      ((await of.call({ path: '/v1/device/notices' })).json() as { data: { what: string; factorType: string }[] }).data;
    // An event is shown after every older transaction on the server has ended, including those of other specs.
    const notices = async (of: SoftwareDevice, count: number) => {
      const deadline = Date.now() + 10_000;
      let data = await page(of);
      while (data.length < count && Date.now() < deadline) {
        await new Promise((done) => setTimeout(done, 100));
        data = await page(of);
      }
      return data.map(({ what, factorType }) => `${what} ${factorType}`);
    };
    expect(await notices(device, 2)).toEqual(['factor.activated device', 'factor.activated device']);
    expect(await notices(more, 1)).toEqual(['factor.activated device']);
    expect(await notices(stranger, 1)).toEqual(['factor.activated device']);
  });

  it('gets 401 after its removal, which needs a step-up', async () => {
    const device = await deviceOf(stage, 'gone');
    const path = `/v1/users/gone/devices/${device.id}`;
    const remove = (headers: Record<string, string>) =>
      call(stage.service.url, { method: 'DELETE', path, token: stage.token, headers });
    expect((await remove({})).status).toBe(403);
    await stage.later(11 * MINUTE);
    const assertion = await approvedAssertion(device, 'gone', 'factors.remove');
    expect((await remove({ 'step-up': assertion })).status).toBe(204);
    expect((await device.call({ path: '/v1/device/challenges' })).status).toBe(401);
    expect(await devicesOf('gone')).toEqual([]);
    expect((await openRegistration(stage, 'gone')).status).toBe(403);
  });

  async function approval(device: SoftwareDevice, userId: string, action: string): Promise<Answer> {
    const opened = await stage.post(`/v1/users/${userId}/challenges`, {
      type: 'device',
      action,
      factorId: device.factorId,
    });
    const { id, matchCode } = opened.json() as { id: string; matchCode: string };
    return device.respond({ id, action }, matchCode);
  }

  async function approvedAssertion(device: SoftwareDevice, userId: string, action: string): Promise<string> {
    const { id } = (await approval(device, userId, action)).json() as { id: string };
    return (await call(stage.service.url, { path: `/v1/challenges/${id}`, token: stage.token })).json()
      .assertion as string;
  }
});
