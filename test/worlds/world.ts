// One world: a service over its own database, whose clock and background work the test moves, and the data that is
// planted for a sequence. Each sequence has its own tenants.
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import pg from 'pg';
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import type { Scope } from '../../src/contract/scopes.js';
import { ALL_SCOPES } from '../../src/contract/scopes.js';
import { call, tokenOf, totpAt, type Answer, type Wish } from '../support/api.js';
import type { Sent } from '../support/phones.js';
import { TestService, type Credentials } from '../support/service.js';
import { BYSTANDERS, OWN, OWN_NUMBERS, caseOf, type Case, type CaseName, type Person, type Side } from './cases.js';
import { PlantedPhones } from './planted-phones.js';

const ENTRY = 'test/worlds/stepped-server.mjs';
const SETUP_ADDRESS = '192.0.2.1';

export interface Tuning {
  readonly name: CaseName;
  readonly scopes: readonly Scope[];
  /** Codes and blind look-ups of the tenant a day, as its operator set them. */
  readonly dailyCap: number;
  readonly blindCap: number;
}

/** The users and clients of one sequence. */
export interface Scene {
  readonly attacker: Credentials;
  /** Another client of the attacker's tenant, or the client of another tenant. */
  readonly other: Credentials;
  /** What the other does in world B instead of world A. */
  readonly others: Case['others'];
  /** TOTP secrets of the attacker's own users. */
  readonly secrets: ReadonlyMap<string, string>;
}

export class World {
  readonly agent = new Agent({ keepAlive: true });
  private readonly phones: PlantedPhones;
  private outboxRead = 0;

  private constructor(
    readonly side: Side,
    readonly service: TestService,
    private readonly owner: pg.Client,
  ) {
    this.phones = new PlantedPhones(service.keyRing);
  }

  static async open(side: Side, keyRing: string): Promise<World> {
    const extra = {
      KEY_RING: keyRing,
      LOG_LEVEL: 'warn',
      TRUSTED_PROXIES: '127.0.0.1',
      THROTTLE_CLIENT: '6000',
      // One request at a time: two worlds leave the embedded server's connections to the spec that runs in parallel.
      DATABASE_POOL_SIZE: '3',
    };
    const service = await TestService.start(1, extra, ENTRY);
    const owner = new pg.Client({ connectionString: service.databaseUrl });
    await owner.connect();
    return new World(side, service, owner);
  }

  /** `project`: a folder with another build of the service. */
  async replace(project: string): Promise<void> {
    await this.service.stopLast();
    await this.service.addInstance({}, project, ENTRY);
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    await this.owner.end();
    await this.service.stop();
  }

  turn(atMs: number, draw: string): Promise<unknown> {
    return this.service.tell({ turn: { atMs, draw } });
  }

  /** Passes: how often each loop runs. The first loop sees the work of the last one in the next pass. */
  advance(toMs: number, passes: number, draw: string): Promise<unknown> {
    return this.service.tell({ advance: { toMs, passes, draw } });
  }

  /** A request that arrives from this address through the proxy. */
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

  /** The outbox lines since the last look. */
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

  async plant({ name, scopes, ...caps }: Tuning, nowMs: number, draw: string): Promise<Scene> {
    await this.turn(nowMs, draw);
    const { people, others } = caseOf(name);
    const tenantId = await this.tenant(caps);
    const attacker = await this.service.client(tenantId, scopes.join(' '));
    const setup = await this.service.client(tenantId, 'factors:write verify');
    const otherTenant = others === 'not at all' ? await this.tenant(caps) : tenantId;
    const other = others === undefined ? setup : await this.service.client(otherTenant, ALL_SCOPES.join(' '));
    const token = await this.token(SETUP_ADDRESS, setup);
    const bystanders = others === 'about another' ? BYSTANDERS : [];
    const everybody = [...people(this.side), ...bystanders, ...OWN.map((userId) => ({ userId }))];
    const secrets = new Map<string, string>();
    // One after the other: a reader of the log sees the order.
    for (const { userId } of everybody) secrets.set(userId, await this.enrolled(token, userId, nowMs));
    const planting = { tenantId: fromTypeId('ten', tenantId) ?? '', nowMs, draw };
    await this.owner.query(this.phones.statement([...everybody, ...ownPhones()], planting));
    this.sent();
    return { attacker, other, others, secrets: new Map(OWN.map((userId) => [userId, secrets.get(userId) ?? ''])) };
  }

  /** Drops the remaining work of a finished sequence's tenants. */
  async clear(): Promise<void> {
    await this.owner.query('DELETE FROM messages');
    await this.owner.query('DELETE FROM alert_deliveries');
    await this.owner.query('UPDATE challenges SET push_due_at = NULL WHERE push_due_at IS NOT NULL');
  }

  private async tenant({ dailyCap, blindCap }: Pick<Tuning, 'dailyCap' | 'blindCap'>): Promise<string> {
    const { tenantId } = await this.service.operate<{ tenantId: string }>('tenants', 'create', '--name', 'Test');
    const words = ['--via', 'outbox', '--countries', 'US', '--lookups', 'on'];
    const caps = ['--daily-cap', String(dailyCap), '--blind-cap', String(blindCap)];
    await this.service.operate('phones', 'set', '--tenant', tenantId, ...words, ...caps);
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
}

function ownPhones(): Person[] {
  return OWN_NUMBERS.map((phoneNumber, index) => ({ userId: OWN[index % OWN.length] ?? '', phoneNumber }));
}
