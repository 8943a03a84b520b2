// The tenant's backend is notified that a device has a request to approve. The message is signed, sent soon, once for
// each challenge, and retried. It contains neither the action nor its text. Users without a device cause no message.
// The receiver is a real server; the library of the standard verifies the signature.
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { PUSHES_CHANNEL } from '../../src/factors/devices/push-queue.repository.js';
import { tokenOf } from '../support/api.js';
import { challengeDevice, deviceOf, type SoftwareDevice } from '../support/software-device.js';
import { MINUTE, SECOND, Stage } from '../support/stage.js';

jest.setTimeout(60_000);

interface Received {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe('the push webhook of a tenant', () => {
  let stage: Stage;
  let device: SoftwareDevice;
  let receiver: Server;
  let secret: string;
  let received: Received[] = [];
  let status = 204;

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push({ url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('x'.repeat(1_000));
      });
    });
    await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
    stage = await Stage.open(2);
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const words = ['tenants', 'set', '--tenant', stage.client.tenantId, '--push-url', url];
    ({ pushSecret: secret } = await stage.service.admin<{ pushSecret: string }>(...words));
    device = await deviceOf(stage, 'ada');
  });
  afterAll(async () => {
    await stage.stop();
    receiver.close();
    receiver.closeAllConnections();
  });
  beforeEach(async () => {
    await stage.later(11 * MINUTE);
    received = [];
    status = 204;
  });

  async function soon(count: number): Promise<void> {
    await stage.workBegun(PUSHES_CHANNEL);
    const deadline = Date.now() + 10_000;
    while (received.length < count && Date.now() < deadline) await new Promise((done) => setTimeout(done, 50));
    expect(received.length).toBeGreaterThanOrEqual(count);
  }
  const quiet = (ms: number) => new Promise((done) => setTimeout(done, ms));

  it('gets one signed message within three seconds, without action, text or match code', async () => {
    const context = { text: 'Pay the invoice 4711' };
    const began = Date.now();
    const { id, matchCode } = await challengeDevice(stage, 'ada', { action: 'pay', context });
    await soon(1);
    expect(Date.now() - began).toBeLessThan(3_000);
    const { headers, body } = received[0] as Received;
    expect(JSON.parse(body)).toEqual({
      type: 'device.challenge_waiting',
      timestamp: new Date(stage.nowMs).toISOString(),
      data: { challengeId: id, userId: 'ada', deviceIds: [device.id], expiresAt: expect.any(String) },
    });
    expect(body).not.toContain(matchCode);
    expect(body).not.toContain('4711');
    expect(headers['webhook-id']).toBe(id);
    // The library knows only the clock of the machine. The clock of the service stands still, slightly ahead of it.
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(stage.nowMs);
    const signed = headers as Record<string, string>;
    expect(new Webhook(secret).verify(body, signed)).toMatchObject({ type: 'device.challenge_waiting' });
    expect(() => new Webhook(secret).verify(body.replace('ada', 'eve'), signed)).toThrow();
    expect(() => new Webhook(`whsec_${Buffer.alloc(32).toString('base64')}`).verify(body, signed)).toThrow();
    jest.spyOn(Date, 'now').mockRestore();
    expect(Date.now()).toBeGreaterThanOrEqual(now);
    await quiet(1_500);
    expect(received).toHaveLength(1);
  });

  it('gets no message for a user without a device, nor for a challenge that asks for a code', async () => {
    await stage.user('totp-only');
    await challengeDevice(stage, 'totp-only');
    await challengeDevice(stage, 'unknown');
    await stage.post('/v1/users/ada/challenges', { type: 'totp' });
    const { id } = await challengeDevice(stage, 'ada');
    await soon(1);
    await quiet(1_000);
    expect(received.map(({ headers }) => headers['webhook-id'])).toEqual([id]);
  });

  it('gets a failed message again, five times at most, with growing pauses', async () => {
    status = 500;
    await challengeDevice(stage, 'ada');
    for (const [before, seconds] of [5, 10, 20, 40].entries()) {
      await soon(before + 1);
      // The worker looks every five seconds; the message is not due earlier.
      await stage.later(seconds * SECOND);
    }
    await soon(5);
    await stage.later(2 * MINUTE);
    await quiet(6_000);
    expect(received).toHaveLength(5);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it('is not followed when it redirects', async () => {
    status = 302;
    await challengeDevice(stage, 'ada');
    await soon(1);
    status = 204;
    await stage.later(5 * SECOND);
    await soon(2);
    expect(received.map(({ url }) => url)).toEqual(['/hook', '/hook']);
  });

  it('gets no more messages once the challenge is decided', async () => {
    status = 500;
    const { id } = await challengeDevice(stage, 'ada');
    await soon(1);
    await device.respond({ id });
    const told = received.length;
    await stage.later(60 * SECOND);
    await quiet(6_000);
    expect(received.length).toBe(told);
  });

  it('of one tenant is not delayed by a tenant whose backend never answers', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    const other = await stage.service.tenant();
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    await stage.service.admin('tenants', 'set', '--tenant', other.tenantId, '--push-url', url);
    const token = await tokenOf(stage.service.url, other);
    const own = stage.token;
    stage.token = token;
    // More than both instances deliver at the same time.
    const users = Array.from({ length: 150 }, (_none, user) => `slow-${user}`);
    for (const user of users) await deviceOf(stage, user);
    for (const user of users) await challengeDevice(stage, user);
    stage.token = own;
    const began = Date.now();
    await challengeDevice(stage, 'ada');
    await soon(1);
    expect(Date.now() - began).toBeLessThan(2_000);
    silent.close();
    silent.closeAllConnections();
  });

  it('gets no messages about other tenants', async () => {
    const token = await tokenOf(stage.service.url, await stage.service.tenant());
    stage.token = token;
    await challengeDevice(stage, 'ada');
    await stage.workBegun(PUSHES_CHANNEL);
    await quiet(1_000);
    expect(received).toEqual([]);
  });
});
