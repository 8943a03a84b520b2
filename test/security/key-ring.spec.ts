// R-06, T-48. An operator rotates the sealing keys, or starts with the wrong ring. A client compares the refusals for
// known and unknown users. An attacker waits for a day when limits and canaries stop working because a row cannot be
// opened.
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { keyIdOf } from '../../src/platform/crypto/key-head.js';
import { BINDINGS } from '../../src/platform/keys/bindings.js';
import { SEALED_COLUMNS } from '../../src/platform/keys/sealed-columns.js';
import { call, enrolled, tokenOf, totpAt, verify, type Answer } from '../support/api.js';
import { TestService, type Credentials } from '../support/service.js';

interface Ring {
  readonly active: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly indexRoot: string;
}

const freshRing = () => JSON.parse(KeyRing.generate()) as Ring;
const [first, other] = [freshRing(), freshRing()];
const [k1 = '', k2 = ''] = [first, other].map(({ keys }) => keys['k1']);

const ringOf = (change: Partial<Ring>) => ({ KEY_RING: JSON.stringify({ ...first, ...change }) });
const BOTH = { k1, k2 };

/** Columns of bytes that are never sealed: hashes, keyed hashes and public values. */
const NOT_SEALED = new Set([
  'answered_addresses.address_index',
  'answered_addresses.number_index',
  'blind_lookups.address_index',
  'blind_lookups.number_index',
  'budgets.key',
  'canary_numbers.number_index',
  'client_secrets.secret_hash',
  'devices.ticket_hash',
  'idempotency_keys.fingerprint',
  'idempotency_keys.key_hash',
  'key_checks.value',
  'messages.number_index',
  'messages.prefix',
  'observations.hundred_index',
  'observations.number_index',
  'phones.number_index',
  'proof_jtis.digest',
  'user_proofs.user_index',
  'user_queries.user_index',
  'webauthn_credentials.credential_id',
  'webauthn_credentials.public_key',
]);

describe('the key ring', () => {
  let service: TestService;
  let client: Credentials & { tenantId: string };
  const bare = ({ status, text }: Answer) => `${status} ${text.replace(/"requestId":"[^"]+"/, '')}`;

  beforeAll(async () => {
    service = await TestService.start(2, ringOf({}));
    client = await service.tenant();
  });
  afterAll(() => service.stop());

  /** Replaces the oldest running instance with an instance that has this ring. */
  async function replaceOldest(change: Partial<Ring>): Promise<void> {
    await service.addInstance(ringOf(change));
    const oldest = service.instances.shift();
    const gone = new Promise((done) => oldest?.process.once('exit', done));
    oldest?.process.kill('SIGKILL');
    await gone;
  }

  let users = 0;
  const unexpected: string[] = [];

  /** The usual requests of clients, half of each flow at another instance. */
  async function traffic(): Promise<void> {
    const [here = '', there = ''] = service.instances.map(({ url }) => url);
    for (const [opens, confirms] of [
      [here, there],
      [there, here],
    ] as const) {
      const token = await tokenOf(opens, client);
      const userId = `user-${(users += 1)}`;
      const path = `/v1/users/${userId}/factors/totp`;
      const opened = await call(opens, { path, token, body: {} });
      const { id, secret } = opened.json() as { id: string; secret: string };
      const at = Date.now();
      const confirm = `/v1/users/${userId}/factors/${id}/confirm`;
      const confirmed = await call(confirms, { path: confirm, token, body: { code: totpAt(secret, at - 30_000) } });
      const approved = await verify(opens, token, userId, totpAt(secret, at));
      const refused = await verify(confirms, token, `unknown-${users}`, '123456');
      const statuses = [opened, confirmed, approved, refused].map(({ status }) => status);
      if (String(statuses) !== '201,200,200,422') unexpected.push(`${userId}: ${String(statuses)}`);
    }
  }

  it('rotates in four steps with old and new instances side by side, without a refused request', async () => {
    await traffic();
    await replaceOldest({ keys: BOTH });
    await traffic();
    await replaceOldest({ keys: BOTH });
    await replaceOldest({ keys: BOTH, active: 'k2' });
    await traffic();
    await replaceOldest({ keys: BOTH, active: 'k2' });
    const beside = Promise.all([traffic(), traffic()]);
    const { resealed, unopened } = await service.operate<Record<string, number>>('keys', 'reseal');
    await beside;
    expect([resealed, unopened]).toEqual([expect.any(Number), 0]);
    // 4,096 decoy rows, the signing key, and one row for each user of the first two steps.
    expect(resealed).toBeGreaterThan(4_096 + 1 + 2);
    expect(await service.operate('keys', 'reseal')).toMatchObject({ activeKey: 'k2', resealed: 0 });
    await replaceOldest({ keys: { k2 }, active: 'k2' });
    await traffic();
    expect(unexpected).toEqual([]);
    await service.operate('keys', 'retire', '--id', 'k1');
    await replaceOldest({ keys: { k2 }, active: 'k2' });
    await expect(service.addInstance(ringOf({ keys: BOTH }))).rejects.toThrow(/"k1".* was retired and is active again/);
  });

  it('is refused if it lacks a key that rows need', async () => {
    const missing = ringOf({ keys: { k3: k1 }, active: 'k3' });
    await expect(service.addInstance(missing)).rejects.toThrow(
      /lacks a key\. Key "k2" still opens rows .*keys reseal --apply/,
    );
    await expect(service.operate('keys', 'retire', '--id', 'k2')).rejects.toThrow('is the active one');
  });

  it('is refused if a known id has other bytes', async () => {
    const changed = ringOf({ keys: { k2: k1 }, active: 'k2' });
    await expect(service.addInstance(changed)).rejects.toThrow('"k2" of the key ring has other bytes than before');
  });

  it('is refused with another index root', async () => {
    const changed = ringOf({ keys: { k2 }, active: 'k2', indexRoot: other.indexRoot });
    await expect(service.addInstance(changed)).rejects.toThrow('indexRoot of the key ring differs');
  });

  it('with a row that cannot be opened: known and unknown users get equal refusals, and an alert follows', async () => {
    const token = await tokenOf(service.url, client);
    const ada = await enrolled(service.url, token, 'ada');
    await service.sql('UPDATE factors SET totp_secret = set_byte(totp_secret, 20, get_byte(totp_secret, 20) # 1)');
    const code = totpAt(ada.secret, Date.now());
    const answers = await Promise.all(
      ['ada', 'unknown', 'eve'].map((userId) => verify(service.url, token, userId, code)),
    );
    expect(new Set(answers.map(bare))).toEqual(new Set([bare(answers[1] as Answer)]));
    expect(answers[0]?.status).toBe(422);
    const told = async () =>
      service.sql("SELECT DISTINCT tenant_id FROM alerts WHERE kind = 'rows_untrusted' ORDER BY tenant_id");
    for (let tries = 0; tries < 50 && (await told()).length < 2; tries += 1)
      await new Promise((done) => setTimeout(done, 50));
    expect(await told()).toHaveLength(2);
    const [event] = await service.sql(
      "SELECT details FROM audit_events WHERE action = 'row.untrusted' AND user_id = 'ada'",
    );
    expect(event).toEqual({ details: { table: 'factors' } });
  });

  it('covers every column that holds sealed values', async () => {
    const columns = await service.sql<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND data_type = 'bytea' ORDER BY 1`,
    );
    const macs = Object.values(BINDINGS).map(({ table, mac }) => `${table}.${mac}`);
    const known = new Set([...SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`), ...macs]);
    expect(columns.map(({ name }) => name).filter((name) => !known.has(name) && !NOT_SEALED.has(name))).toEqual([]);
    expect([...known].filter((name) => !columns.some((column) => column.name === name))).toEqual([]);
    for (const { name } of columns.filter((column) => !known.has(column.name))) {
      const [table = '', column = ''] = name.split('.');
      const rows = await service.sql<{ value: Buffer }>(
        `SELECT ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL`,
      );
      expect(rows.filter(({ value }) => ['k1', 'k2'].includes(keyIdOf(value) ?? '')).map(() => name)).toEqual([]);
    }
  });
});
