// The environment of the lab's attacks: a database of its own, the service over it, a clock that the lab moves, and
// prepared data. The data is what an operator and years of use would have left. Measurements go over HTTP only; SQL
// only sets the scene.
import type { RowAlarm } from '../../src/abuse/alerts/row-alarm.js';
import { randomUUID } from 'node:crypto';
import { scratchServer } from '../../scripts/scratch-postgres.mjs';
import { Numbers } from '../../src/phones/numbers.js';
import { BlindIndex } from '../../src/platform/crypto/blind-index.js';
import { Sealer } from '../../src/platform/crypto/sealer.js';
import { hashToken, mintToken } from '../../src/platform/crypto/token.js';
import { fromTypeId, toTypeId } from '../../src/platform/crypto/type-id.js';
import { TestService, type Credentials } from '../../test/support/service.js';
import { agent, Caller } from './caller.js';

const MINUTE = 60_000;
const ROWS = 20_000;
/** After this many rows the server updates its statistics. */
const MANY = 1_000;
const ENTRY = 'lab/server/server.mjs';
/** Behind a trusted proxy, so that every request can have another address. */
const SETTINGS = {
  TRUSTED_PROXIES: '127.0.0.1',
  DATABASE_POOL_SIZE: '10',
  LOG_LEVEL: 'error',
  THROTTLE_ADDRESS: '6000',
  THROTTLE_TOKEN: '300',
  THROTTLE_CLIENT: '6000',
};
export const ASKING = 'factors:read phones:match phones:lookup phones:blind verify';
const AUDIT = 'audit:read';

export interface LabTenant {
  readonly tenantId: string;
  readonly uuid: string;
  readonly clients: readonly Credentials[];
  /** Reads the tenant's alerts. */
  readonly auditor: Credentials;
}

const TENANTS = `
  WITH made AS (INSERT INTO tenants (id, name, created_at) SELECT id, 'lab', $2 FROM unnest($1::uuid[]) AS given(id) RETURNING id)
  INSERT INTO phone_settings
  SELECT (jsonb_populate_record(model, jsonb_build_object('tenant_id', made.id, 'row_mac', NULL))).* FROM made, phone_settings AS model WHERE model.tenant_id = $3::uuid`;
const CLIENTS = `
  WITH given AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[]) AS row(tenant_id, id, scopes, hash)),
  made AS (INSERT INTO clients (tenant_id, id, name, scopes, status, created_at)
           SELECT tenant_id, id, 'lab', string_to_array(scopes, ' '), 'active', $5 FROM given)
  INSERT INTO client_secrets (tenant_id, client_id, slot, secret_hash, created_at) SELECT tenant_id, id, 1, hash, $5 FROM given`;
const PHONES = `
  WITH wanted AS (SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bytea[], $5::bytea[]) AS row(tenant_id, user_id, id, sealed, index)),
  known AS (INSERT INTO users (tenant_id, user_id, created_at, enrolled_at) SELECT tenant_id, user_id, $6, $6 FROM wanted),
  active AS (INSERT INTO factors (tenant_id, id, user_id, type, status, created_at, activated_at)
             SELECT tenant_id, id, user_id, 'phone', 'active', $6, $6 FROM wanted)
  INSERT INTO phones (tenant_id, factor_id, user_id, channel, number_sealed, number_index, confirmed_at)
  SELECT tenant_id, id, user_id, 'sms', sealed, index, $6 FROM wanted`;
const CANARIES = `
  INSERT INTO canary_numbers (tenant_id, number_index, created_at) SELECT given.*, $3 FROM unnest($1::uuid[], $2::bytea[]) AS given`;

export interface Held {
  readonly tenant: LabTenant;
  readonly phoneNumber: string;
}

/** Rows whose clients have this number and these scopes. */
export interface TenantWish {
  readonly clients: number;
  readonly scopes?: string;
}

/** The ground can open every row that it seals. */
const NO_ALARM = { raise: () => undefined } as unknown as RowAlarm;

export class Ground {
  nowMs = Math.ceil(Date.now() / MINUTE) * MINUTE;
  private readonly numbers: Numbers;

  private constructor(
    readonly service: TestService,
    /** The tenant (UUID) whose settings the others copy. */
    private readonly model: string,
    private readonly stopServer: () => Promise<void>,
  ) {
    this.numbers = new Numbers(new Sealer(service.keyRing), new BlindIndex(service.keyRing), NO_ALARM);
  }

  static async open(): Promise<Ground> {
    const server = await scratchServer();
    process.env['TEST_SERVER_URL'] = server.ownerUrl;
    const service = await TestService.start(1, SETTINGS, ENTRY);
    const { tenantId } = await service.operate<{ tenantId: string }>('tenants', 'create', '--name', 'Model');
    const words = ['--via', 'outbox', '--countries', 'US GB', '--lookups', 'on'];
    await service.operate('phones', 'set', '--tenant', tenantId, ...words);
    const ground = new Ground(service, fromTypeId('ten', tenantId) ?? '', server.stop);
    await ground.at(ground.nowMs);
    return ground;
  }

  get url(): string {
    return this.service.url;
  }

  async at(nowMs: number): Promise<void> {
    this.nowMs = nowMs;
    await this.service.setClock({ frozenAtMs: nowMs });
  }

  /** Runs the detectors for at least this many tenants, and updates the gate's list of stopped clients. */
  async look(tenants = 64): Promise<void> {
    await this.service.tell({ look: Math.ceil(tenants / 64) });
  }

  async tenant(wish: TenantWish): Promise<LabTenant> {
    const [tenant] = await this.tenants([wish]);
    if (tenant === undefined) throw new Error('no tenant was made');
    return tenant;
  }

  async tenants(wishes: readonly TenantWish[]): Promise<LabTenant[]> {
    const made = wishes.map(({ clients, scopes = ASKING }) => ({
      uuid: randomUUID(),
      clients: [AUDIT, ...Array<string>(clients).fill(scopes)].map(newClient),
    }));
    const now = new Date(this.nowMs);
    await this.service.sql(TENANTS, [made.map(({ uuid }) => uuid), now, this.model]);
    const rows = made.flatMap(({ uuid, clients }) => clients.map((client) => ({ tenant: uuid, ...client })));
    for (const part of parts(rows)) {
      const of = columns(part);
      await this.service.sql(CLIENTS, [of('tenant'), of('uuid'), of('scopes'), of('hash'), now]);
    }
    await this.service.bindRows(['tenants', 'phone_settings', 'clients', 'client_secrets']);
    return made.map(({ uuid, clients: [auditor, ...clients] }) => {
      if (auditor === undefined) throw new Error('no client was made');
      return { tenantId: toTypeId('ten', uuid), uuid, auditor, clients };
    });
  }

  /**
   * Confirmed phones, row by row as the service would write them. Each belongs to its own user, `holder-` and the
   * number's digits.
   */
  async plant(held: readonly Held[], progress: (done: number) => void = () => undefined): Promise<void> {
    let done = 0;
    for (const part of parts(held)) {
      const of = columns(part.map((one) => this.phoneRow(one)));
      const values = [of('tenant'), of('userId'), of('id'), of('sealed'), of('index'), new Date(this.nowMs)];
      await this.service.sql(PHONES, values);
      progress((done += part.length));
    }
    await this.service.bindRows(['enrolled', 'factors', 'phones']);
    if (held.length >= MANY) await this.service.sql('ANALYZE');
  }

  async plantCanaries(held: readonly Held[]): Promise<void> {
    const of = columns(held.map((one) => this.phoneRow(one)));
    await this.service.sql(CANARIES, [of('tenant'), of('index'), new Date(this.nowMs)]);
  }

  caller(credentials: Credentials, address: () => string): Caller {
    return new Caller({ url: this.url, nowMs: () => this.nowMs }, credentials, address);
  }

  async close(): Promise<void> {
    agent.destroy();
    await this.service.stop();
    await this.stopServer();
  }

  private phoneRow({ tenant: { uuid }, phoneNumber }: Held) {
    const id = randomUUID();
    const sealed = this.numbers.seal(phoneNumber, { tenantId: uuid, factorId: id });
    const index = this.numbers.indexOf(uuid, phoneNumber);
    return { tenant: uuid, userId: holderOf(phoneNumber), id, sealed, index };
  }
}

/** The user of a planted number. */
export function holderOf(phoneNumber: string): string {
  return `holder-${phoneNumber.slice(1)}`;
}

function newClient(scopes: string) {
  const [uuid, clientSecret] = [randomUUID(), mintToken('csk')];
  return { uuid, scopes, hash: hashToken(clientSecret), clientId: toTypeId('cli', uuid), clientSecret };
}

function parts<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / ROWS) }, (_none, index) =>
    items.slice(index * ROWS, (index + 1) * ROWS),
  );
}

function columns<Row extends object>(rows: readonly Row[]) {
  return <Name extends keyof Row>(name: Name) => rows.map((row) => row[name]);
}
