// T-35. The attacker has the password and asks the owner's device to approve. Or they sit between device and service,
// or have another device. They want an approval that the owner did not give, or gave for another action.
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
  // Three may be pending at the same time, and ten may start in ten minutes.
  beforeEach(() => stage.later(11 * MINUTE));

  const look = async (id: string, query = '') =>
    (await call(stage.service.url, { path: `/v1/challenges/${id}${query}`, token: stage.token })).json() as {
      status: string;
      assertion?: string;
      factorId?: string;
    };

  it.each(['ES256', 'EdDSA'] as const)(
    'with an %s key approves the text shown to the user and the typed number',
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

  it('denies the challenge after one wrong number', async () => {
    const { id, matchCode } = await challengeDevice(stage, 'ada');
    const [waiting] = await device.waiting();
    const wrong = matchCode === '000000' ? '000001' : '000000';
    expect((await device.respond(waiting as never, wrong)).status).toBe(422);
    expect((await look(id)).status).toBe('denied');
    expect((await device.respond(waiting as never, matchCode)).status).toBe(422);
    expect((await look(id)).status).toBe('denied');
  });

  it('denies the challenge when the user says no', async () => {
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

  it('is approved, and the log names the challenge', async () => {
    const { id, matchCode } = await challengeDevice(stage, 'ada');
    await device.respond({ id }, matchCode);
    const text = `SELECT details, client_id FROM audit_events WHERE user_id = 'ada' AND action = 'verification.approved' ORDER BY tx DESC LIMIT 1`;
    expect(await stage.service.sql(text)).toEqual([{ details: { challengeId: id }, client_id: null }]);
  });

  it('repeats its answer for an idempotency key, and the stored answer does not hold the number', async () => {
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

  it('wakes a waiting client on the other instance', async () => {
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

  it('wakes a waiting client by a denial; a challenge for a code answers without waiting', async () => {
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

  it('gives the same assertion to each read, and none after it expires', async () => {
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
