// T-12. The attacker has the service's database login, or even the owner's, and wants to hide what they did. Or the
// attacker looks for an act that leaves no event. The log is append-only for every role, and each act leaves one event.
import { call, enrolled, tokenOf, type Answer } from '../support/api.js';
import type { Credentials } from '../support/service.js';
import { MINUTE, SECOND, Stage } from '../support/stage.js';

interface Event {
  readonly action: string;
  readonly reason: string | null;
  readonly client_id: string | null;
  readonly user_id: string | null;
  readonly has_target: boolean;
  readonly address: string | null;
  readonly request_id: string | null;
}

const REFUSED_TO_THE_SERVICE = [
  "UPDATE audit_events SET reason = 'none'",
  'DELETE FROM audit_events',
  'TRUNCATE audit_events',
  'ALTER TABLE audit_events DISABLE TRIGGER ALL',
  'DROP TRIGGER audit_events_append_only ON audit_events',
  'ALTER TABLE audit_events RENAME TO old_events',
  'DROP TABLE audit_events',
  'CREATE TABLE mine (n int)',
  "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
  'DROP FUNCTION refuse_audit_change() CASCADE',
  'CREATE INDEX mine ON users (created_at)',
  'CREATE ROLE mine',
  'DELETE FROM users',
  'DELETE FROM clients',
  'UPDATE tenants SET name = name',
  'UPDATE client_secrets SET secret_hash = secret_hash',
  'UPDATE signing_keys SET signs_from = created_at',
  'DELETE FROM _prisma_migrations',
  "UPDATE _prisma_migrations SET checksum = ''",
  'DELETE FROM audit_inbox',
  "UPDATE audit_inbox SET noticed_by = ''",
  'TRUNCATE audit_inbox',
  'UPDATE audit_numbers SET number = number + 1',
  'DELETE FROM audit_numbers',
  'INSERT INTO audit_numbers (tenant_id, number, tx, id) SELECT tenant_id, 1000, tx, id FROM audit_events',
  'INSERT INTO audit_inbox (tenant_id, tx, id) SELECT tenant_id, tx, id FROM audit_events',
  'DELETE FROM audit_adoptions',
  'LOCK TABLE audit_turn IN ACCESS SHARE MODE',
  'SELECT number_older_events(1)',
  'DROP FUNCTION audit_arrived() CASCADE',
];

describe('the audit log', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage.stop());

  const rowsOf = () => stage.service.sql('SELECT * FROM audit_events ORDER BY tx, id');

  it.each([
    "UPDATE audit_events SET reason = 'none'",
    'UPDATE audit_events SET at = at WHERE false OR true',
    'DELETE FROM audit_events',
    'TRUNCATE audit_events',
    'TRUNCATE audit_events CASCADE',
    'MERGE INTO audit_events USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE',
    'UPDATE audit_numbers SET number = number + 1000',
    'DELETE FROM audit_numbers',
    'TRUNCATE audit_numbers',
  ])('refuses the owner: %s', async (text) => {
    const before = await rowsOf();
    expect(before.length).toBeGreaterThan(0);
    await expect(stage.service.sql(text)).rejects.toThrow('append only');
    expect(await rowsOf()).toEqual(before);
  });

  it.each(REFUSED_TO_THE_SERVICE)('refuses the role of the service: %s', async (text) => {
    const before = await rowsOf();
    const asService = stage.service.sql(`BEGIN; SET LOCAL ROLE countersign_service; ${text}; COMMIT`);
    await expect(asService).rejects.toMatchObject({ code: '42501' });
    expect(await rowsOf()).toEqual(before);
  });

  it('does not let the role of the service grant itself rights', async () => {
    await stage.service.sql('BEGIN; SET LOCAL ROLE countersign_service; GRANT ALL ON audit_events TO PUBLIC; COMMIT');
    const text = "SELECT has_table_privilege('countersign_service', 'audit_events', 'UPDATE, DELETE, TRUNCATE') AS may";
    expect(await stage.service.sql(text)).toEqual([{ may: false }]);
  });

  /** The events that one act adds to the log. */
  async function added(act: () => Promise<unknown>): Promise<{ events: Event[]; outcome: unknown }> {
    const text = `SELECT action, reason, client_id::text, user_id, target_id IS NOT NULL AS has_target, address, request_id
                  FROM audit_events ORDER BY tx, id`;
    const before = (await stage.service.sql<Event>(text)).length;
    const outcome = await act();
    return { events: (await stage.service.sql<Event>(text)).slice(before), outcome };
  }

  async function expectOne(act: () => Promise<unknown>, event: Partial<Event>): Promise<unknown> {
    const { events, outcome } = await added(act);
    expect(events).toEqual([expect.objectContaining({ reason: null, ...event })]);
    return outcome;
  }

  /** An act over HTTP: its event names the caller, the address and the request id of the answer. */
  async function expectTold(status: number, act: () => Promise<Answer>, event: Partial<Event>): Promise<Answer> {
    const { events, outcome } = await added(act);
    const answer = outcome as Answer;
    expect(answer.status).toBe(status);
    const seen = { address: '127.0.0.1', request_id: answer.headers['x-request-id'], client_id: expect.any(String) };
    expect(events).toEqual([{ reason: null, user_id: null, has_target: false, ...seen, ...event }]);
    return answer;
  }

  it('records every act of an operator once', async () => {
    const noCaller = { client_id: null, user_id: null, address: null, request_id: null };
    const admin = (...words: string[]) => stage.service.admin(...words);
    const tenant = () => admin('tenants', 'create', '--name', 'Told');
    const { tenantId } = (await expectOne(tenant, { action: 'tenant.created', ...noCaller })) as { tenantId: string };
    const create = () => stage.service.client(tenantId, 'verify');
    const { clientId } = (await expectOne(create, {
      action: 'client.created',
      ...noCaller,
      has_target: true,
    })) as Credentials;
    const words: [string, string[]][] = [
      ['client.suspended', ['suspend', '--client', clientId]],
      ['client.resumed', ['resume', '--client', clientId]],
      ['client.secret_added', ['add-secret', '--client', clientId]],
      ['client.secret_revoked', ['revoke-secret', '--client', clientId, '--slot', '1']],
    ];
    for (const [action, rest] of words)
      await expectOne(() => admin('clients', ...rest), { action, ...noCaller, has_target: true });
    // Each command is a process of its own.
  });

  it('records every issued or refused token once', async () => {
    const other = await stage.service.client(stage.client.tenantId, 'verify');
    const ask = ({ clientId, clientSecret }: Credentials, scope = '') => {
      const raw = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
      });
      if (scope !== '') raw.set('scope', scope);
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return call(stage.service.url, { path: '/oauth2/token', raw: raw.toString(), headers });
    };
    const wrong = { ...other, clientSecret: stage.client.clientSecret };
    await expectTold(200, () => ask(other), { action: 'token.issued' });
    await expectTold(401, () => ask(wrong), { action: 'token.refused', reason: 'wrong_secret' });
    await expectTold(400, () => ask(other, 'audit:read'), { action: 'token.refused', reason: 'scope_not_allowed' });
    await stage.service.admin('clients', 'suspend', '--client', other.clientId);
    await expectTold(401, () => ask(other), { action: 'token.refused', reason: 'suspended' });
  });

  it('records every proof and every factor once, with the reason of each refusal', async () => {
    const user_id = 'told';
    const about = (action: string, reason: string | null = null) => ({ action, reason, user_id, has_target: true });
    const open = () => stage.post('/v1/users/told/factors/totp', {});
    const first = (await expectTold(201, open, about('factor.enrolment_opened'))).json() as { id: string };
    const { id, secret } = (await expectTold(201, open, about('factor.enrolment_opened'))).json() as {
      id: string;
      secret: string;
    };
    await expectTold(204, () => stage.remove('told', first.id), about('factor.removed'));
    const refused = 'factor.confirmation_refused';
    const [wrong = ''] = stage.wrong({ secret });
    const right = () => stage.right({ secret });
    const confirm = (code: string, factor = id) => stage.confirm('told', factor, code);
    await expectTold(422, () => confirm(wrong), about(refused, 'wrong_code'));
    await expectTold(200, () => confirm(right()), about('factor.activated'));
    const closed = { ...about('step_up.refused', 'step_up_missing'), has_target: false };
    await expectTold(403, open, closed);
    const gone = { ...about(refused, 'not_enrolled'), has_target: false };
    await expectTold(422, () => confirm(right()), gone);
    await expectTold(422, () => stage.verify('told', wrong), about('verification.refused', 'wrong_code'));
    await expectTold(422, () => stage.verify('told', right()), about('verification.refused', 'replayed_code'));
    await stage.later(30 * SECOND);
    const prove = () => stage.post('/v1/users/told/verify', { code: right(), action: 'factors.remove' });
    const proven = await expectTold(200, prove, about('verification.approved'));
    const { assertion } = proven.json() as { assertion: string };
    await stage.service.sql('UPDATE users SET locked_until = $1 WHERE user_id = $2', [
      new Date(stage.nowMs + MINUTE),
      'told',
    ]);
    await expectTold(422, () => stage.verify('told', right()), about('verification.refused', 'locked'));
    await stage.stopCodes('told');
    await expectTold(422, () => stage.verify('told', right()), about('verification.refused', 'codes_stopped'));
    await expectTold(204, () => stage.remove('told', id, { assertion }), about('factor.removed'));
    const stranger = { ...about('verification.refused', 'not_enrolled'), has_target: false };
    await expectTold(422, () => stage.verify('told', right()), stranger);
  });

  it('records no reads and no malformed requests', async () => {
    const reader = await tokenOf(stage.service.url, stage.client, 'factors:read');
    const { userId } = await enrolled(stage.service.url, stage.token, 'looked-at', stage.nowMs);
    const { events } = await added(async () => {
      await stage.factors(userId);
      await call(stage.service.url, { path: '/v1/audit-events', token: stage.token });
      await stage.verify(userId, '12345');
      await stage.verify('no such user', '123456').catch(() => undefined);
      await call(stage.service.url, { path: `/v1/users/${userId}/verify`, token: reader, body: { code: '123456' } });
      await call(stage.service.url, { path: `/v1/users/${userId}/verify`, body: { code: '123456' } });
    });
    expect(events).toEqual([]);
  });
});
