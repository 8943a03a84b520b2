// T-35. The attacker has the password and asks the owner's device to approve; or sits between device and service, or holds another
// device, and wants an approval that its owner has not given, or given for something else.
import { call } from '../support/api.js';
import { challengeDevice, deviceOf, type SoftwareDevice } from '../support/software-device.js';
import { MINUTE, SECOND, Stage } from '../support/stage.js';

const CONTEXT = { text: 'Pay the invoice 4711', amount: { value: '120.00', currency: 'EUR' }, place: 'Vienna' };
const NONCE = 'n-0123456789abcdef';

describe('a device', () => {
  let stage: Stage;
  let device: SoftwareDevice;

  beforeAll(async () => {
    stage = await Stage.open(2);
    device = await deviceOf(stage, 'ada');
  });
  afterAll(() => stage.stop());
  // Three may wait at a time, and ten begin in ten minutes.
  beforeEach(() => stage.later(11 * MINUTE));

  const look = async (id: string, query = '') =>
    (await call(stage.service.url, { path: `/v1/challenges/${id}${query}`, token: stage.token })).json() as {
      status: string;
      assertion?: string;
      factorId?: string;
    };

  it.each(['ES256', 'EdDSA'] as const)(
    'with a key for %s approves what its user was shown and typed',
    async (algorithm) => {
      const userId = `user-${algorithm}`;
      const phone = await deviceOf(stage, userId, { algorithm });
      const { id, matchCode } = await challengeDevice(stage, userId, { action: 'pay', nonce: NONCE, context: CONTEXT });
      const [waiting] = await phone.waiting();
      expect(waiting).toEqual({ id, action: 'pay', context: CONTEXT, expiresAt: expect.any(String) });
      expect(JSON.stringify(waiting)).not.toContain(matchCode);
      const answer = await phone.respond(waiting as never, matchCode, 1);
      expect([answer.status, answer.json()]).toEqual([200, { id, status: 'approved' }]);
      const shown = await look(id);
      expect(shown).toMatchObject({ status: 'approved', factorId: phone.factorId, assertion: expect.any(String) });
    },
  );

  it('denies on one wrong number', async () => {
    const { id, matchCode } = await challengeDevice(stage, 'ada');
    const [waiting] = await device.waiting();
    const wrong = matchCode === '000000' ? '000001' : '000000';
    expect((await device.respond(waiting as never, wrong)).status).toBe(422);
    expect((await look(id)).status).toBe('denied');
    expect((await device.respond(waiting as never, matchCode)).status).toBe(422);
    expect((await look(id)).status).toBe('denied');
  });

  it('says no', async () => {
    const { id } = await challengeDevice(stage, 'ada');
    const [waiting] = await device.waiting();
    expect((await device.respond(waiting as never)).json()).toEqual({ id, status: 'denied' });
    expect(await look(id)).toEqual({ id, type: 'device', status: 'denied', expiresAt: expect.any(String) });
    const events = await stage.service.sql(
      'SELECT action, details FROM audit_events WHERE user_id = $1 ORDER BY tx DESC LIMIT 1',
      ['ada'],
    );
    expect(events).toEqual([{ action: 'challenge.denied', details: { deviceId: device.id } }]);
  });

  it('is approved, and says in the log which challenge it was', async () => {
    const { id, matchCode } = await challengeDevice(stage, 'ada');
    await device.respond({ id }, matchCode);
    const text = `SELECT details, client_id FROM audit_events WHERE user_id = 'ada' AND action = 'verification.approved' ORDER BY tx DESC LIMIT 1`;
    expect(await stage.service.sql(text)).toEqual([{ details: { challengeId: id }, client_id: null }]);
  });

  it('is not kept under an idempotency key with the number that it shows', async () => {
    const wish = {
      path: '/v1/users/ada/challenges',
      token: stage.token,
      body: { type: 'device' },
      headers: { 'idempotency-key': 'number' },
    };
    const [first, again] = [await call(stage.service.url, wish), await call(stage.service.url, wish)];
    expect(again.text).toBe(first.text);
    const { matchCode } = first.json() as { matchCode: string };
    expect(matchCode).toMatch(/^[0-9]{6}$/);
    const kept = await stage.service.sql<{ answer: string }>('SELECT answer FROM idempotency_keys');
    expect(kept.map(({ answer }) => answer).join()).not.toContain(matchCode);
  });

  it('wakes whoever waits, on the other instance', async () => {
    const { id, matchCode } = await challengeDevice(stage, 'ada');
    const [waiting] = await device.waiting();
    const began = Date.now();
    const pending = call(stage.urls[1] ?? '', { path: `/v1/challenges/${id}?wait=20`, token: stage.token });
    await new Promise((done) => setTimeout(done, 500));
    await device.respond(waiting as never, matchCode, 0);
    const answer = await pending;
    expect(answer.json()).toMatchObject({ status: 'approved', assertion: expect.any(String) });
    expect(Date.now() - began).toBeLessThan(5 * SECOND);
  });

  it('wakes whoever waits by a denial too, and lets nobody wait for what the client itself has to answer', async () => {
    const { id } = await challengeDevice(stage, 'ada');
    const began = Date.now();
    const pending = call(stage.urls[1] ?? '', { path: `/v1/challenges/${id}?wait=20`, token: stage.token });
    await new Promise((done) => setTimeout(done, 500));
    await device.respond({ id });
    expect((await pending).json()).toMatchObject({ status: 'denied' });
    const code = (await stage.post('/v1/users/ada/challenges', { type: 'totp' })).json() as { id: string };
    expect(await look(code.id, '?wait=20')).toMatchObject({ status: 'pending' });
    expect(Date.now() - began).toBeLessThan(5 * SECOND);
  });

  it('gives one assertion, however often it is looked at, and none after its end', async () => {
    const { id, matchCode } = await challengeDevice(stage, 'ada');
    const [waiting] = await device.waiting();
    await device.respond(waiting as never, matchCode);
    const looks = [await look(id), await look(id)];
    const spent = [];
    for (const { assertion } of looks) spent.push((await stage.post('/v1/assertions/spend', { assertion })).status);
    expect(spent).toEqual([200, 422]);
    await stage.later(120 * SECOND);
    expect(await look(id)).not.toHaveProperty('assertion');
  });
});
