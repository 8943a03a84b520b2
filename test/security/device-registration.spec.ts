// T-33. The attacker wants to add their own device to another account without being noticed. They have a stolen token,
// a photograph of the QR code, or knowledge of other registrations, users and tenants.
import { call, enrolled, tokenOf, type Answer } from '../support/api.js';
import { confirmed, openRegistration, registered, SoftwareDevice, type Offer } from '../support/software-device.js';
import { MINUTE, SECOND, Stage, statuses, tally } from '../support/stage.js';

describe('a device', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open(2);
  });
  afterAll(() => stage.stop());

  const offer = async (userId: string, assertion?: string): Promise<Offer> => {
    const opened = await openRegistration(stage, userId, assertion);
    if (opened.status !== 201) throw new Error(opened.text);
    return opened.json() as Offer;
  };

  const actionsOf = async (userId: string): Promise<string[]> => {
    const rows = await stage.service.sql<{ action: string }>(
      `SELECT action FROM audit_events WHERE user_id = $1 AND (action LIKE 'factor.%' OR action LIKE 'device.%') ORDER BY tx`,
      [userId],
    );
    return rows.map(({ action }) => action);
  };

  const devicesOf = async (userId: string): Promise<unknown[]> =>
    (
      (await call(stage.service.url, { path: `/v1/users/${userId}/devices`, token: stage.token })).json() as {
        data: unknown[];
      }
    ).data;

  const bodiesOf = (answers: readonly Answer[]) =>
    tally(answers.map(({ status, text }) => `${status} ${text.replace(/"requestId":"[^"]+"/, '')}`));

  it('can be the first factor, is confirmed by its code, and is listed without its key', async () => {
    const device = await registered(stage, 'first');
    const row = { id: device.id, name: 'Phone', platform: 'android', createdAt: expect.any(String) };
    expect(await devicesOf('first')).toEqual([{ ...row, status: 'pending' }]);
    expect((await device.call({ path: '/v1/device/challenges' })).status).toBe(401);
    const answer = await confirmed(stage, 'first', device);
    expect(answer.json()).toEqual({ deviceId: device.id, status: 'active' });
    expect(await devicesOf('first')).toEqual([{ ...row, status: 'active' }]);
    expect((await stage.factors('first')).data).toMatchObject([
      { id: device.factorId, type: 'device', status: 'active' },
    ]);
    expect(await actionsOf('first')).toEqual(['factor.enrolment_opened', 'device.registered', 'factor.activated']);
  });

  it('is registered by one of a hundred holders of the ticket, and by no other afterwards', async () => {
    const open = await offer('raced');
    const rivals = await Promise.all(Array.from({ length: 100 }, () => SoftwareDevice.with(stage, open)));
    const bodies = await Promise.all(rivals.map((rival) => rival.registration()));
    const answers = await Promise.all(rivals.map((rival, index) => rival.complete(bodies[index] ?? {}, index)));
    expect(statuses(answers)).toEqual({ 201: 1, 422: 99 });
    expect(new Set(await actionsOf('raced'))).toEqual(
      new Set(['factor.enrolment_opened', 'device.registered', 'device.registration_refused']),
    );
    expect((await actionsOf('raced')).filter((action) => action === 'device.registered')).toHaveLength(1);
    // A late registration is logged, because another person may have the QR code.
    const late = rivals.find((_rival, index) => answers[index]?.status === 422) as SoftwareDevice;
    expect((await late.complete(await late.registration())).status).toBe(422);
    const told = `SELECT reason FROM audit_events WHERE user_id = 'raced' AND reason IS NOT NULL ORDER BY tx DESC LIMIT 1`;
    expect(await stage.service.sql(told)).toEqual([{ reason: 'ticket_used' }]);
    const winner = rivals[answers.findIndex(({ status }) => status === 201)] as SoftwareDevice;
    // The first device gains nothing: the owner's device shows no code, and another device shows another code.
    const loser = rivals.find((rival) => rival !== winner) as SoftwareDevice;
    if ((await loser.code()) !== (await winner.code()))
      expect((await confirmed(stage, 'raced', loser)).status).toBe(422);
    expect((await confirmed(stage, 'raced', winner)).status).toBe(200);
  });

  it('is void after five wrong codes, also in parallel over two instances', async () => {
    const device = await registered(stage, 'guessed');
    const right = await device.code();
    const wrong = Array.from({ length: 40 }, (_none, guess) => String(guess).padStart(6, '0')).filter(
      (code) => code !== right,
    );
    const path = `/v1/users/guessed/devices/${device.id}/confirm`;
    const answers = await Promise.all(wrong.map((code, index) => stage.post(path, { code }, index)));
    expect(statuses(answers)).toEqual({ 422: wrong.length });
    const [row] = await stage.service.sql<{ wrong: string }>(
      `SELECT pending -> $2 ->> 'wrong' AS wrong FROM users WHERE user_id = $1`,
      ['guessed', (await stage.service.sql<{ id: string }>(`SELECT id FROM factors WHERE user_id = 'guessed'`))[0]?.id],
    );
    expect(Number(row?.wrong)).toBeGreaterThanOrEqual(5);
    expect((await confirmed(stage, 'guessed', device)).status).toBe(422);
    expect((await stage.factors('guessed')).data).toMatchObject([{ status: 'pending' }]);
  });

  it('cannot be added without a fresh step-up of the same user for this action', async () => {
    const owner = await stage.user('owner');
    const other = await stage.user('other');
    const second = await stage.service.tenant();
    const spent = await stage.proof(owner, 'factors.add');
    await offer('owner', spent);
    const refused: Record<string, () => Promise<Answer>> = {
      'a token alone': () => openRegistration(stage, 'owner'),
      'a spent step-up': () => openRegistration(stage, 'owner', spent),
      "another user's step-up": async () => openRegistration(stage, 'owner', await stage.proof(other, 'factors.add')),
      'a step-up for a removal': async () =>
        openRegistration(stage, 'owner', await stage.proof(owner, 'factors.remove')),
      'an assertion for a sign-in': async () => openRegistration(stage, 'owner', await stage.proof(owner, 'login')),
      'a stale step-up': async () => {
        const assertion = await stage.proof(owner, 'factors.add');
        await stage.later(5 * MINUTE);
        return openRegistration(stage, 'owner', assertion);
      },
      'a step-up shown by another tenant': async () => {
        const assertion = await stage.proof(owner, 'factors.add');
        const token = await tokenOf(stage.service.url, second);
        // In that tenant the user of the same name is another person, and is enrolled too.
        await enrolled(stage.service.url, token, 'owner', stage.nowMs);
        const headers = { 'step-up': assertion };
        return call(stage.service.url, { path: '/v1/users/owner/devices', body: {}, token, headers });
      },
    };
    for (const [name, way] of Object.entries(refused)) expect([name, (await way()).status]).toEqual([name, 403]);
    expect((await stage.factors('owner')).data.filter(({ status }) => status === 'active')).toHaveLength(1);
  });

  it('is registered only with the right ticket, nonce, key and service; all refusals are equal', async () => {
    const open = await offer('target');
    const elsewhere = await offer('elsewhere');
    const device = await SoftwareDevice.with(stage, open);
    const other = await SoftwareDevice.with(stage, open);
    const second = await stage.service.tenant();
    const wish = { path: '/v1/users/target/devices', body: {}, token: await tokenOf(stage.service.url, second) };
    const foreign = (await call(stage.service.url, wish)).json() as Offer;
    const good = await device.registration();
    const point = device.publicKey;
    const variants: Record<string, object> = {
      'a made-up ticket': { ...good, ticket: 'drt_000000000000000000000000000000000000' },
      'garbage for a ticket': { ...good, ticket: 'open sesame' },
      'the ticket of another registration': { ...good, ticket: elsewhere.ticket },
      "another registration's ticket, signed": await (
        await SoftwareDevice.with(stage, { ...open, ticket: elsewhere.ticket })
      ).registration(),
      'the ticket of another tenant': { ...good, ticket: foreign.ticket },
      "another tenant's ticket, signed": await (
        await SoftwareDevice.with(stage, { ...open, ticket: foreign.ticket })
      ).registration(),
      'another key than the one that signed': { ...good, publicKey: other.publicKey },
      'a signature by another key': { ...good, proof: (await device.registration({ key: other.privateKey }))['proof'] },
      'another nonce': { ...good, proof: (await device.registration({ claims: { nonce: elsewhere.nonce } }))['proof'] },
      'another audience': {
        ...good,
        proof: (await device.registration({ claims: { aud: 'https://evil.example' } }))['proof'],
      },
      'another device': {
        ...good,
        proof: (await device.registration({ claims: { sub: elsewhere.registrationId } }))['proof'],
      },
      'another tenant': {
        ...good,
        proof: (await device.registration({ claims: { tenant: second.tenantId } }))['proof'],
      },
      'a malformed tenant': { ...good, proof: (await device.registration({ claims: { tenant: 'ten_' } }))['proof'] },
      'another type of JWT': {
        ...good,
        proof: (await device.registration({ header: { typ: 'device-request+jwt' } }))['proof'],
      },
      'no JWT at all': { ...good, proof: 'x' },
      'a private key': { ...good, publicKey: { ...point, d: 'x'.repeat(43) } },
      'a symmetric key': { ...good, publicKey: { kty: 'oct', k: 'c2VjcmV0' } },
      'a key on another curve': { ...good, publicKey: { ...point, crv: 'P-384' } },
      'a point that is not on the curve': { ...good, publicKey: { ...point, y: point.x } },
      'an Ed25519 point of small order': {
        ...good,
        publicKey: { kty: 'OKP', crv: 'Ed25519', x: `AQ${'A'.repeat(41)}` },
      },
      'no key': { ...good, publicKey: {} },
    };
    const answers = await Promise.all(Object.values(variants).map((body) => device.complete(body)));
    const byName = Object.fromEntries(Object.keys(variants).map((name, index) => [name, answers[index]?.status]));
    expect(byName).toEqual(Object.fromEntries(Object.keys(variants).map((name) => [name, 422])));
    answers.push(await device.complete(good, 0, elsewhere.registrationId));
    answers.push(await device.complete(good, 0, 'dev_01kaqy4zq7e1kvf3xh2vbsrzq0'));
    await stage.later(10 * MINUTE + SECOND);
    answers.push(await device.complete(good));
    expect(bodiesOf(answers)).toEqual({ [Object.keys(bodiesOf(answers))[0] ?? '']: answers.length });
    expect(answers.length).toBeGreaterThanOrEqual(20);
    expect(await actionsOf('target')).not.toContain('device.registered');
  });
});
