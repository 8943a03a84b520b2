// T-34, T-35. The attacker listens to a device, replays its requests, or has a key of their own. They know the ids of
// devices, challenges and tenants. Only what the device signed for this request and this challenge counts.
import { UnsecuredJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { call, tokenOf, type Answer } from '../support/api.js';
import {
  challengeDevice,
  deviceOf,
  registered,
  type DeviceWish,
  type Lie,
  type SoftwareDevice,
} from '../support/software-device.js';
import { MINUTE, Stage, statuses, tally } from '../support/stage.js';

const CONTEXT = { text: 'Pay the invoice 4711', amount: { value: '120.00', currency: 'EUR' } };
const LIST = '/v1/device/challenges';

describe('the signature of a device', () => {
  let stage: Stage;
  let device: SoftwareDevice;
  let thief: SoftwareDevice;
  let pending: SoftwareDevice;

  beforeAll(async () => {
    // Sixteen decisions wait for one row, each on a connection of its own.
    stage = await Stage.open(2, { DATABASE_POOL_SIZE: '9' });
    device = await deviceOf(stage, 'ada');
    thief = await deviceOf(stage, 'eve');
    pending = await registered(stage, 'bob');
  });
  afterAll(() => stage.stop());
  beforeEach(() => stage.later(11 * MINUTE));

  const oneSetOfBytes = (answers: readonly Answer[]) =>
    Object.keys(tally(answers.map(({ status, text }) => `${status} ${text.replace(/"requestId":"[^"]+"/, '')}`)));

  it('of a request is refused in the same way for every fault', async () => {
    const second = await stage.service.tenant();
    const seconds = Math.floor(stage.nowMs / 1_000);
    const lied = (lie: Lie, wish: Partial<DeviceWish> = {}) => device.call({ path: LIST, ...wish, lie });
    const unsecured = new UnsecuredJWT({
      tenant: device.tenant,
      sub: device.id,
      htm: 'GET',
      htu: device.issuer + LIST,
    }).encode();
    const respond = { path: `/v1/device/challenges/chl_01kaqy4zq7e1kvf3xh2vbsrzq0/respond` };
    const body = { decision: 'deny', signature: 'x' };
    const variants: Record<string, () => Promise<Answer>> = {
      'no header': () => call(stage.service.url, { path: LIST }),
      'an access token': () => call(stage.service.url, { path: LIST, token: stage.token }),
      'no JWS': () => device.call({ path: LIST, proof: 'a.b' }),
      'alg none': () => device.call({ path: LIST, proof: unsecured }),
      'alg none with a signature': async () => {
        const [, claims, signature] = (await device.requestProof({ path: LIST })).split('.');
        const header = Buffer.from(JSON.stringify({ typ: 'device-request+jwt', alg: 'none' })).toString('base64url');
        return device.call({ path: LIST, proof: [header, claims, signature].join('.') });
      },
      "another device's key": () => lied({ key: thief.privateKey }),
      'another device': () => lied({ claims: { sub: thief.id } }),
      'an unknown device': () => lied({ claims: { sub: 'dev_01kaqy4zq7e1kvf3xh2vbsrzq0' } }),
      'a pending device': () => pending.call({ path: LIST }),
      'another tenant': () => lied({ claims: { tenant: second.tenantId } }),
      'another method': () => lied({ claims: { htm: 'POST' } }),
      'another address': () => lied({ claims: { htu: `${device.issuer}/v1/device/notices` } }),
      'another host': () => lied({ claims: { htu: `https://evil.example${LIST}` } }),
      'an address with a query': () => lied({ claims: { htu: `${device.issuer}${LIST}?x` } }),
      'a clock that is behind': () => lied({ claims: { iat: seconds - 61 } }),
      'a clock that is ahead': () => lied({ claims: { iat: seconds + 61 } }),
      'no time': () => lied({ claims: { iat: undefined } }),
      'no id': () => lied({ claims: { jti: undefined } }),
      'no version': () => lied({ claims: { app_version: undefined } }),
      'another type': () => lied({ header: { typ: 'dpop+jwt' } }),
      'no type': () => lied({ header: { typ: undefined } }),
      'a critical header': async () => {
        const [, claims, signature] = (await device.requestProof({ path: LIST })).split('.');
        const head = { typ: 'device-request+jwt', alg: 'ES256', crit: ['x'], x: 1 };
        return device.call({
          path: LIST,
          proof: [Buffer.from(JSON.stringify(head)).toString('base64url'), claims, signature].join('.'),
        });
      },
      'the hash of a body that is not there': () => lied({ claims: { body_hash: 'x' } }),
      'no hash of the body': () => lied({ claims: { body_hash: undefined } }, { ...respond, body }),
      'the hash of another body': () => lied({ claims: { body_hash: 'x' } }, { ...respond, body }),
    };
    const answers: Answer[] = [];
    for (const [name, variant] of Object.entries(variants)) {
      const answer = await variant();
      expect([name, answer.status, answer.json().code]).toEqual([name, 401, 'invalid_device_proof']);
      answers.push(answer);
    }
    expect(oneSetOfBytes(answers)).toHaveLength(1);
    expect((await lied({ claims: { iat: seconds - 60 } })).status).toBe(200);
    expect((await lied({ claims: { iat: seconds + 60 } })).status).toBe(200);
  });

  it('of a request counts once for fifty parallel uses over two instances', async () => {
    const proof = await device.requestProof({ path: LIST });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_none, instance) => device.call({ path: LIST, proof, instance })),
    );
    expect(statuses(answers)).toEqual({ 200: 1, 401: 49 });
    const jti = randomUUID();
    const same = (of: SoftwareDevice) => of.call({ path: LIST, lie: { claims: { jti } } });
    // Ids belong to one device: the same id of another device is no replay.
    expect([(await same(device)).status, (await same(thief)).status, (await same(device)).status]).toEqual([
      200, 200, 401,
    ]);
  });

  it('of a decision is refused in the same way for every fault, and approves nothing', async () => {
    const variants: Record<string, (id: string, matchCode: string) => Promise<Answer>> = {
      'another action': (id, code) => decided(id, code, { claims: { action: 'login' } }),
      'no action': (id, code) => decided(id, code, { claims: { action: undefined } }),
      'an altered context': (id, code) => decided(id, code, { claims: { context_hash: 'x'.repeat(43) } }),
      'no context': (id, code) => decided(id, code, { claims: { context_hash: undefined } }),
      'a swapped challenge': (id, code) =>
        decided(id, code, { claims: { challenge: 'chl_01kaqy4zq7e1kvf3xh2vbsrzq0' } }),
      'another number than was typed': (id, code) => decided(id, code, { claims: { match_code: '000000' } }),
      'a denial': (id, code) => decided(id, code, { claims: { decision: 'deny' } }),
      "another device's name": (id, code) => decided(id, code, { claims: { sub: thief.id } }),
      'another service': (id, code) => decided(id, code, { claims: { aud: 'https://evil.example' } }),
      'more than is asked': (id, code) => decided(id, code, { claims: { more: 'x' } }),
      "another device's key": (id, code) => decided(id, code, { key: thief.privateKey }),
      'another type': (id, code) => decided(id, code, { header: { typ: 'device-request+jwt' } }),
      'a wrong number': (id, code) => decided(id, code === '123456' ? '123457' : '123456'),
      'another device': async (id, code) => {
        const body = await thief.decision({ id, action: 'pay', context: CONTEXT }, code);
        return thief.call({ path: `/v1/device/challenges/${id}/respond`, body });
      },
    };
    const answers: Answer[] = [];
    for (const [name, variant] of Object.entries(variants)) {
      await stage.later(11 * MINUTE);
      const { id, matchCode } = await challengeDevice(stage, 'ada', { action: 'pay', context: CONTEXT });
      const answer = await variant(id, matchCode);
      expect([name, answer.status]).toEqual([name, 422]);
      const { status } = (await call(stage.service.url, { path: `/v1/challenges/${id}`, token: stage.token })).json();
      expect([name, status === 'approved']).toEqual([name, false]);
      answers.push(answer);
    }
    // An unknown challenge, a challenge of another type, and an expired challenge.
    answers.push(await decided('chl_01kaqy4zq7e1kvf3xh2vbsrzq0', '123456'));
    const totp = (await stage.post('/v1/users/ada/challenges', { type: 'totp' })).json() as { id: string };
    answers.push(await decided(totp.id, '123456'));
    const token = await tokenOf(stage.service.url, await stage.service.tenant());
    const wish = { path: '/v1/users/ada/challenges', token, body: { type: 'device', action: 'pay', context: CONTEXT } };
    const foreign = (await call(stage.service.url, wish)).json() as { id: string; matchCode: string };
    answers.push(await decided(foreign.id, foreign.matchCode));
    const { id, matchCode } = await challengeDevice(stage, 'ada', { action: 'pay', context: CONTEXT });
    await stage.later(5 * MINUTE);
    answers.push(await decided(id, matchCode));
    expect(oneSetOfBytes(answers)).toHaveLength(1);
  });

  it('decides once, for sixteen decisions that all saw the challenge pending', async () => {
    const { id, matchCode } = await challengeDevice(stage, 'ada', { action: 'pay', context: CONTEXT });
    const path = `/v1/device/challenges/${id}/respond`;
    const waiting = { id, action: 'pay', context: CONTEXT };
    const wishes = await Promise.all(
      Array.from({ length: 16 }, async (_none, instance) => {
        const body = await device.decision(waiting, instance % 4 < 2 ? matchCode : undefined);
        return { path, body, instance, proof: await device.requestProof({ path, body }) };
      }),
    );
    // The row is locked until all of them wait for it.
    const holder = new pg.Client({ connectionString: stage.service.databaseUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query(`SELECT id FROM challenges WHERE status = 'pending' AND user_id = 'ada' FOR UPDATE`);
    const sent = Promise.all(wishes.map((wish) => device.call(wish)));
    const blocked = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    const deadline = Date.now() + 3_000;
    while ((await stage.service.sql<{ n: number }>(blocked))[0]?.n !== wishes.length && Date.now() < deadline)
      await new Promise((done) => setTimeout(done, 20));
    const [row] = await stage.service.sql<{ n: number }>(blocked);
    await holder.query('COMMIT');
    await holder.end();
    expect(row?.n).toBe(16);
    expect(statuses(await sent)).toEqual({ 200: 1, 422: 15 });
  });

  async function decided(id: string, code: string, lie: Lie = {}): Promise<Answer> {
    const body = await device.decision({ id, action: 'pay', context: CONTEXT }, code, lie);
    return device.call({ path: `/v1/device/challenges/${id}/respond`, body });
  }
});
