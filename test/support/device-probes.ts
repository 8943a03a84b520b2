// Short attacks on the guards of devices, like the ones in guard-probes.ts.
import { call } from './api.js';
import type { Probe, Target } from './guard-probes.js';
import {
  challengeDevice,
  deviceOf,
  openRegistration,
  SoftwareDevice,
  type DeviceStage,
  type DeviceWish,
  type Offer,
} from './software-device.js';

const LIST = '/v1/device/challenges';

function stageOf({ url, nowMs, tokenForDevices: token, forger }: Target): DeviceStage {
  return { urls: [url], nowMs, token, service: { url, issuer: forger.victim.issuer } };
}

function owned(target: Target, name: string): Promise<SoftwareDevice> {
  return deviceOf(stageOf(target), `${name}-${target.run}`);
}

async function expectCall(device: SoftwareDevice, wish: DeviceWish, status: number): Promise<void> {
  const answer = await device.call(wish);
  if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}`);
}

export const DEVICE_PROBES = {
  'a request of a device twice': async (target) => {
    const device = await owned(target, 'repeated');
    const proof = await device.requestProof({ path: LIST });
    await expectCall(device, { path: LIST, proof }, 200);
    await expectCall(device, { path: LIST, proof }, 401);
  },
  "another device's signature": async (target) => {
    const [device, thief] = [await owned(target, 'robbed'), await owned(target, 'thief')];
    await expectCall(device, { path: LIST, lie: { key: thief.privateKey } }, 401);
  },
  'a body that the device did not sign': async (target) => {
    const device = await owned(target, 'altered');
    const body = { decision: 'deny', signature: 'x' };
    const path = `${LIST}/chl_01kaqy4zq7e1kvf3xh2vbsrzq0/respond`;
    await expectCall(device, { path, body, lie: { claims: { body_hash: 'x' } } }, 401);
  },
  'a ticket twice': async (target) => {
    const stage = stageOf(target);
    const offer = (await openRegistration(stage, `ticket-${target.run}`)).json() as Offer;
    for (const status of [201, 422]) {
      const device = await SoftwareDevice.with(stage, offer);
      const answer = await device.complete(await device.registration());
      if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}`);
    }
  },
  'a wrong number': async (target) => {
    const device = await owned(target, 'mistyped');
    const { id, matchCode } = await challengeDevice(stageOf(target), `mistyped-${target.run}`);
    const wrong = matchCode === '000000' ? '000001' : '000000';
    const body = await device.decision({ id }, wrong);
    await expectCall(device, { path: `${LIST}/${id}/respond`, body }, 422);
  },
  'an approval of another action': async (target) => {
    const device = await owned(target, 'misled');
    const { id, matchCode } = await challengeDevice(stageOf(target), `misled-${target.run}`, { action: 'pay' });
    const body = await device.decision({ id, action: 'login' }, matchCode);
    await expectCall(device, { path: `${LIST}/${id}/respond`, body }, 422);
  },
  'a fourth challenge': async (target) => {
    const wish = {
      path: `/v1/users/bombed-${target.run}/challenges`,
      token: target.tokenForDevices,
      body: { type: 'device' },
    };
    for (const status of [201, 201, 201, 429]) {
      const answer = await call(target.url, wish);
      if (answer.status !== status) throw new Error(`${answer.status} instead of ${status}`);
    }
  },
} as const satisfies Record<string, Probe>;
