// T-26, T-20. The attacker uses a recovery code twice, or a code of a replaced set. Or they make a set with a stolen
// token, or have a stolen table of them.
import { call } from '../support/api.js';
import { actionsOf, askForCodes, codesOf, ownerOf, stepUp, wrongSelector } from '../support/recovery.js';
import { MINUTE, Stage, statuses, tally } from '../support/stage.js';

describe('recovery codes', () => {
  let stage: Stage;
  let number = 0;

  beforeAll(async () => {
    stage = await Stage.open(2);
  });
  afterAll(() => stage.stop());

  const owner = () => ownerOf(stage, `owner-${(number += 1)}`);
  const actions = (userId: string) => actionsOf(stage, userId);

  async function listed(userId: string): Promise<Record<string, unknown>> {
    const { data } = await stage.factors(userId);
    return Object.fromEntries(data.map(({ type, remaining }) => [type, remaining]));
  }

  describe('a code', () => {
    it('is accepted once for 50 parallel uses over two processes', async () => {
      const user = await owner();
      // More than may wait for a hash on a small machine, so some are refused before the comparison.
      const all = await stage.burst(user.userId, Array<string>(50).fill(user.first));
      const { 200: accepted, 422: judged = 0, 503: turnedAway = 0 } = statuses(all);
      expect([accepted, judged + turnedAway]).toEqual([1, 49]);
      const { replayed_code: replayed = 0 } = tally(await stage.verdicts(user.userId));
      expect([replayed, judged > 0]).toEqual([judged, true]);
      expect(await listed(user.userId)).toEqual({ totp: undefined, recovery_codes: 9 });
    });

    it('is accepted in the spellings that people type, and is then used in all of them', async () => {
      const user = await owner();
      const typed = user.first.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
      const answer = await stage.verify(user.userId, typed);
      expect([answer.status, answer.json()]).toEqual([200, expect.objectContaining({ factorId: user.set.id })]);
      for (const spelling of [user.first, user.first.replaceAll('-', ''), typed])
        expect((await stage.verify(user.userId, spelling)).status).toBe(422);
    });

    it('gives an assertion that names it, and that cannot change a factor', async () => {
      const user = await owner();
      const body = { code: user.first, action: 'factors.regenerate' };
      const { assertion } = (await stage.post(`/v1/users/${user.userId}/verify`, body)).json() as { assertion: string };
      const claims = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()) as object;
      expect(claims).toMatchObject({
        amr: ['otp'],
        acr: 'urn:countersign:acr:recovery-code',
        factor_type: 'recovery_codes',
        factor_id: user.set.id,
      });
      expect((await askForCodes(stage, user.userId, assertion)).json()).toMatchObject({ code: 'step_up_required' });
    });

    it('writes an event when two or fewer are left, and the eleventh use is refused', async () => {
      const user = await owner();
      for (const [used, code] of user.set.codes.entries()) {
        expect((await stage.verify(user.userId, code, used)).status).toBe(200);
        const low = (await actions(user.userId))['factor.recovery_codes_low'] ?? 0;
        expect([used, low]).toEqual([used, Math.max(0, used - 6)]);
      }
      expect(await listed(user.userId)).toEqual({ totp: undefined, recovery_codes: 0 });
      expect((await stage.verify(user.userId, user.first)).status).toBe(422);
    });

    it('is stored only as an argon2id hash with the minimum cost, bound to its row', async () => {
      const user = await owner();
      const other = await owner();
      const rows = await stage.service.sql<{ whole: string; hash: string }>(
        `SELECT recovery_codes::text AS whole, hash FROM recovery_codes WHERE user_id = $1`,
        [user.userId],
      );
      expect(rows).toHaveLength(10);
      expect(new Set(rows.map(({ hash }) => hash.slice(0, 31)))).toEqual(new Set(['$argon2id$v=19$m=19456,t=2,p=1$']));
      const events = await stage.service.sql<{ whole: string }>('SELECT audit_events::text AS whole FROM audit_events');
      const users = await stage.service.sql<{ whole: string }>('SELECT users::text AS whole FROM users');
      const dump = [...rows, ...events, ...users].map(({ whole }) => whole).join('\n');
      for (const code of user.set.codes) {
        const plain = code.replaceAll('-', '');
        for (const part of [code, plain, plain.slice(3), code.slice(5)]) expect(dump).not.toContain(part);
        for (const { output } of stage.service.instances) expect(output()).not.toContain(code.slice(5));
      }
      // An attacker who can write the table puts the hash of their own code into the owner's row.
      const selector = user.first.slice(0, 3);
      await stage.service.sql(
        `UPDATE recovery_codes SET selector = $2, hash = (SELECT hash FROM recovery_codes WHERE user_id = $3 AND selector = $4)
         WHERE user_id = $1 AND selector = $5`,
        [user.userId, wrongSelector(user.set).slice(0, 3), other.userId, other.first.slice(0, 3), selector],
      );
      const moved = wrongSelector(user.set).slice(0, 3) + other.first.slice(3);
      expect((await stage.verify(user.userId, moved)).status).toBe(422);
    });
  });

  describe('a set', () => {
    it('is void after a new one is made, and used codes stay used', async () => {
      const user = await owner();
      await stage.verify(user.userId, user.set.codes[1] ?? '');
      const fresh = await codesOf(stage, user);
      expect(fresh.id).not.toBe(user.set.id);
      for (const code of user.set.codes.slice(0, 4)) expect((await stage.verify(user.userId, code)).status).toBe(422);
      await stage.later(MINUTE);
      expect((await stage.verify(user.userId, fresh.codes[0] ?? '')).status).toBe(200);
      const text = 'SELECT count(*)::int AS n FROM jsonb_object_keys((SELECT claims FROM users WHERE user_id = $1))';
      expect(await stage.service.sql(text, [user.userId])).toEqual([{ n: 11 }]);
      expect(await actions(user.userId)).toMatchObject({ 'factor.recovery_codes_generated': 2 });
    });

    it('is void for a code that was in progress when the new set was made', async () => {
      const user = await owner();
      const assertion = await stepUp(stage, user, 'factors.regenerate');
      const look = await stage.hold(user.userId);
      const regenerated = askForCodes(stage, user.userId, assertion);
      await look.waiting(1);
      await look.release();
      // The first look is over, the ten hashes are made, and the deciding transaction is the first to wait.
      const held = await stage.hold(user.userId);
      await held.waiting(1);
      const old = stage.verify(user.userId, user.first);
      await held.waiting(2);
      await held.release();
      expect([(await regenerated).status, (await old).status]).toEqual([201, 422]);
      expect(tally(await stage.verdicts(user.userId))).toMatchObject({ replayed_code: 1 });
    });

    it('needs a step-up of this user for this action, unused, and an enrolled user', async () => {
      const user = await owner();
      const other = await stage.user('other');
      const used = await stepUp(stage, user, 'factors.regenerate');
      expect((await askForCodes(stage, user.userId, used)).status).toBe(201);
      const refused = [
        await askForCodes(stage, user.userId),
        await askForCodes(stage, user.userId, used),
        await askForCodes(stage, user.userId, await stepUp(stage, user, 'factors.add')),
        await askForCodes(stage, user.userId, await stepUp(stage, other, 'factors.regenerate')),
        await askForCodes(stage, 'stranger'),
        await askForCodes(stage, 'stranger', await stepUp(stage, other, 'factors.regenerate')),
      ];
      expect(refused.map((answer) => (answer.json() as { code: string }).code)).toEqual(
        Array<string>(6).fill('step_up_required'),
      );
      expect(await actions('stranger')).toEqual({ 'step_up.refused': 2 });
      expect(await stage.factors('stranger')).toMatchObject({ data: [], mfaRequired: false });
    });

    it('is made once for parallel requests with the same step-up', async () => {
      const user = await owner();
      const assertion = await stepUp(stage, user, 'factors.regenerate');
      const answers = await Promise.all([1, 2, 3].map(() => askForCodes(stage, user.userId, assertion)));
      expect(statuses(answers)).toEqual({ 201: 1, 403: 2 });
      expect((await stage.factors(user.userId)).data).toHaveLength(2);
    });

    it('is not replaced by an authenticator: a verification in progress could still use its codes', async () => {
      const user = await stage.user('not-replaced');
      const { id } = await codesOf(stage, user);
      const assertion = await stepUp(stage, user, 'factors.add');
      const path = '/v1/users/not-replaced/factors/totp';
      const headers = { 'step-up': assertion };
      const answer = await call(stage.service.url, { path, body: { replaces: id }, headers, token: stage.token });
      expect(answer.status).toBe(404);
    });

    it('is removed with the last strong factor, together with its codes', async () => {
      const user = await owner();
      const path = `/v1/users/${user.userId}/factors/${user.factorId}`;
      const headers = { 'step-up': await stepUp(stage, user, 'factors.remove') };
      const url = stage.service.url;
      expect((await call(url, { method: 'DELETE', path, token: stage.token, headers })).status).toBe(204);
      expect(await stage.factors(user.userId)).toMatchObject({ data: [], mfaRequired: true });
      expect(await actions(user.userId)).toMatchObject({ 'factor.removed': 2 });
      expect((await stage.verify(user.userId, user.first)).status).toBe(422);
      const text = 'SELECT claims FROM users WHERE user_id = $1';
      expect(await stage.service.sql(text, [user.userId])).toEqual([{ claims: {} }]);
      expect(await stage.service.sql('SELECT FROM recovery_codes WHERE user_id = $1', [user.userId])).toEqual([]);
    });

    it('is removed with a step-up, and leaves the authenticator unchanged', async () => {
      const user = await owner();
      const path = `/v1/users/${user.userId}/factors/${user.set.id}`;
      const request = { method: 'DELETE', path, token: stage.token };
      expect((await call(stage.service.url, request)).status).toBe(403);
      const headers = { 'step-up': await stepUp(stage, user, 'factors.remove') };
      expect((await call(stage.service.url, { ...request, headers })).status).toBe(204);
      expect((await stage.verify(user.userId, user.first)).status).toBe(422);
      expect((await stage.factors(user.userId)).data).toMatchObject([{ id: user.factorId }]);
      await stage.later(MINUTE);
      expect((await stage.verify(user.userId, stage.right(user))).status).toBe(200);
    });
  });
});
