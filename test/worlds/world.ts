// One world: a service over a database of its own, whose clock and background work the test moves, and what is planted in it for a
// sequence. Each sequence has tenants of its own.
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import pg from 'pg';
import { BlindIndex } from '../../src/platform/crypto/blind-index.js';
import { Sealer } from '../../src/platform/crypto/sealer.js';
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { Numbers } from '../../src/phones/numbers.js';
import type { Scope } from '../../src/contract/scopes.js';
import { ALL_SCOPES } from '../../src/contract/scopes.js';
import { call, tokenOf, totpAt, type Answer, type Wish } from '../support/api.js';
import { NO_ALARM, type Sent } from '../support/phones.js';
import { TestService, type Credentials } from '../support/service.js';
import { BYSTANDER, OWN, OWN_NUMBERS, caseOf, type CaseName, type Person, type Side } from './cases.js';

const ENTRY = 'test/worlds/stepped-server.mjs';
const SETUP_ADDRESS = '192.0.2.1';

export interface Tuning {
  readonly name: CaseName;
  readonly scopes: readonly Scope[];
  /** Codes of the tenant a day, as its operator set it. */
  readonly dailyCap: number;
}

/** Who is there in one sequence. */
export interface Scene {
  readonly attacker: Credentials;
  /** Another client of the attacker's tenant, or the client of another tenant. */
  readonly other: Credentials;
  /** TOTP secrets of the attacker's own users. */
  readonly secrets: ReadonlyMap<string, string>;
}

export class World {
  readonly agent = new Agent({ keepAlive: true });
  private readonly numbers: Numbers;
  private outboxRead = 0;

  private constructor(
    readonly side: Side,
    readonly service: TestService,
    private readonly owner: pg.Client,
  ) {
    const { keyRing } = service;
    this.numbers = new Numbers(new Sealer(keyRing), new BlindIndex(keyRing), NO_ALARM);
  }

  /** `project`: a folder with another make of the service. */
  static async open(side: Side, keyRing: string, project?: string): Promise<World> {
    const extra = {
      KEY_RING: keyRing,
      LOG_LEVEL: 'warn',
      TRUSTED_PROXIES: '127.0.0.1',
      THROTTLE_CLIENT: '6000',
      // One request at a time: two worlds leave the embedded server's connections to the spec beside this one.
      DATABASE_POOL_SIZE: '3',
    };
    const service = await TestService.start(0, extra, ENTRY);
    await service.addInstance({}, project, ENTRY);
    const owner = new pg.Client({ connectionString: service.databaseUrl });
    await owner.connect();
    return new World(side, service, owner);
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    await this.owner.end();
    await this.service.stop();
  }

  turn(atMs: number, draw: string): Promise<unknown> {
    return this.service.tell({ turn: { atMs, draw } });
  }

  advance(toMs: number, draw: string): Promise<unknown> {
    return this.service.tell({ advance: { toMs, draw } });
  }

  /** As it comes from this address through the proxy. */
  call(address: string, wish: Wish): Promise<Answer> {
    const headers = { ...wish.headers, 'x-forwarded-for': address };
    return call(this.service.url, { ...wish, headers, agent: this.agent });
  }

  token(address: string, credentials: Credentials): Promise<string> {
    return tokenOf(this.service.url, credentials, undefined, {
      agent: this.agent,
      headers: { 'x-forwarded-for': address },
    });
  }

  /** What was written to the outbox since the last look. */
  sent(): Sent[] {
    const file = join(this.service.dataDir, 'outbox.jsonl');
    if (!existsSync(file)) return [];
    const descriptor = openSync(file, 'r');
    try {
      const added = Buffer.alloc(fstatSync(descriptor).size - this.outboxRead);
      readSync(descriptor, added, 0, added.length, this.outboxRead);
      this.outboxRead += added.length;
      const lines = added
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as Sent);
    } finally {
      closeSync(descriptor);
    }
  }

  async plant({ name, scopes, dailyCap }: Tuning, nowMs: number, draw: string): Promise<Scene> {
    await this.turn(nowMs, draw);
    const { people, others } = caseOf(name);
    const tenantId = await this.tenant(dailyCap);
    const attacker = await this.service.client(tenantId, scopes.join(' '));
    const setup = await this.service.client(tenantId, 'factors:write verify');
    const otherTenant = others === 'not at all' ? await this.tenant(dailyCap) : tenantId;
    const other = others === undefined ? setup : await this.service.client(otherTenant, ALL_SCOPES.join(' '));
    const token = await this.token(SETUP_ADDRESS, setup);
    const bystanders = others === undefined ? [] : [BYSTANDER];
    const everybody = [...people(this.side), ...bystanders, ...OWN.map((userId) => ({ userId }))];
    const secrets = new Map<string, string>();
    // One after the other: who may read the log sees the order.
    for (const { userId } of everybody) secrets.set(userId, await this.enrolled(token, userId, nowMs));
    await this.phones(tenantId, [...everybody, ...ownPhones()], { nowMs, draw });
    this.sent();
    return { attacker, other, secrets: new Map(OWN.map((userId) => [userId, secrets.get(userId) ?? ''])) };
  }

  /** What is left to be done for the tenants of a sequence that is over is left undone. */
  async clear(): Promise<void> {
    await this.owner.query('DELETE FROM messages');
    await this.owner.query('DELETE FROM alert_deliveries');
    await this.owner.query('UPDATE challenges SET push_due_at = NULL WHERE push_due_at IS NOT NULL');
  }

  private async tenant(dailyCap: number): Promise<string> {
    const { tenantId } = await this.service.operate<{ tenantId: string }>('tenants', 'create', '--name', 'Test');
    const words = ['--via', 'outbox', '--countries', 'US', '--lookups', 'on', '--daily-cap', String(dailyCap)];
    await this.service.operate('phones', 'set', '--tenant', tenantId, ...words);
    return tenantId;
  }

  private async enrolled(token: string, userId: string, nowMs: number): Promise<string> {
    const path = `/v1/users/${userId}/factors/totp`;
    const opened = await this.call(SETUP_ADDRESS, { path, token, body: {} });
    const { id, secret } = opened.json() as { id: string; secret: string };
    const body = { code: totpAt(secret, nowMs - 30_000) };
    const confirmed = await this.call(SETUP_ADDRESS, { path: path.replace('totp', `${id}/confirm`), token, body });
    if (confirmed.status !== 200) throw new Error(`not planted: ${confirmed.status} ${confirmed.text}`);
    return secret;
  }

  /** Confirmed phones, row by row what the service would write. */
  private async phones(
    tenant: string,
    people: readonly Person[],
    { nowMs, draw }: { nowMs: number; draw: string },
  ): Promise<void> {
    const tenantId = fromTypeId('ten', tenant) ?? '';
    const rows = people.flatMap(({ userId, phoneNumber }) => {
      if (phoneNumber === undefined) return [];
      const factorId = factorIdOf(`${draw} ${userId} ${phoneNumber}`);
      const sealed = this.numbers.seal(phoneNumber, { tenantId, factorId });
      return [{ userId, factorId, sealed, index: this.numbers.indexOf(tenantId, phoneNumber) }];
    });
    const of = <Name extends keyof (typeof rows)[0]>(name: Name) => rows.map((row) => row[name]);
    await this.owner.query(PLANT, [tenantId, of('userId'), of('factorId'), of('sealed'), of('index'), new Date(nowMs)]);
    await this.service.bindRows(['factors', 'phones']);
  }
}

/** The same order of a list in both worlds. */
function factorIdOf(place: string): string {
  const hex = createHash('sha256').update(place).digest('hex');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-7$3-8$4-$5');
}

const PLANT = `
  WITH wanted AS (SELECT * FROM unnest($2::text[], $3::uuid[], $4::bytea[], $5::bytea[]) AS row (user_id, id, sealed, index)),
  claimed AS (
    UPDATE users SET claims = users.claims || held.claims
    FROM (SELECT user_id, jsonb_object_agg(id::text, 0) AS claims FROM wanted GROUP BY user_id) AS held
    WHERE users.tenant_id = $1::uuid AND users.user_id = held.user_id),
  active AS (INSERT INTO factors (tenant_id, id, user_id, type, status, created_at, activated_at)
             SELECT $1::uuid, id, user_id, 'phone', 'active', $6, $6 FROM wanted)
  INSERT INTO phones (tenant_id, factor_id, user_id, channel, number_sealed, number_index, confirmed_at)
  SELECT $1::uuid, id, user_id, 'sms', sealed, index, $6 FROM wanted`;

function ownPhones(): Person[] {
  return OWN_NUMBERS.map((phoneNumber, index) => ({ userId: OWN[index % OWN.length] ?? '', phoneNumber }));
}
