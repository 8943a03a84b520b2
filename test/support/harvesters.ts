// Clients that ask about users, and the tenant's view of them. Users are inserted as rows; their enrolment does not
// matter here.
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { call, tokenOf, type Answer } from './api.js';
import { pause, type Shown } from './askers.js';
import type { Credentials } from './service.js';
import { DAY, type Stage } from './stage.js';

const SCOPES = 'factors:read factors:write devices:read phones:write verify tenant:admin audit:read';
const TRIES = 200;
const AT_ONCE = 8;

export interface Tenant {
  readonly tenantId: string;
  readonly clients: readonly Credentials[];
}

export class Harvesters {
  constructor(private readonly stage: Stage) {}

  /** A tenant with this many clients. */
  async tenant(clients = 1): Promise<Tenant> {
    const { tenantId, ...first } = await this.stage.service.tenant(SCOPES);
    const others = await Promise.all(
      Array.from({ length: clients - 1 }, () => this.stage.service.client(tenantId, SCOPES)),
    );
    return { tenantId, clients: [first, ...others] };
  }

  /** Users who were enrolled at some time. */
  async plant({ tenantId }: Tenant, names: readonly string[]): Promise<void> {
    await this.stage.service.sql(
      'INSERT INTO users (tenant_id, user_id, created_at, enrolled_at) SELECT $1, name, $3, $3 FROM unnest($2::text[]) AS name',
      [fromTypeId('ten', tenantId), names, new Date(this.stage.nowMs - DAY)],
    );
  }

  /** Four equal weeks before the last one: queries about enrolled users, by the first client and so by the tenant. */
  async past({ tenantId, clients }: Tenant, day: { proven: number; unproven: number }): Promise<void> {
    const client = fromTypeId('cli', clients[0]?.clientId ?? '');
    await this.stage.service.sql(
      `INSERT INTO user_query_counts (tenant_id, subject_id, is_stoppable, is_enrolled, day, open, proven, unproven)
       SELECT $1, subject, is_stoppable, true, ($3::timestamptz AT TIME ZONE 'UTC')::date - back, 0, $4, $5
       FROM unnest(ARRAY[$1, $2]::uuid[]) AS subject, unnest(ARRAY[true, false]) AS is_stoppable, generate_series(1, 35) AS back`,
      [fromTypeId('ten', tenantId), client, new Date(this.stage.nowMs), day.proven, day.unproven],
    );
  }

  /** Asks about each of them, a few in parallel and over the instances in turn. */
  async ask(client: Credentials, paths: readonly string[], body?: object): Promise<Answer[]> {
    const token = await tokenOf(this.stage.service.url, client);
    const answers: Answer[] = [];
    for (let done = 0; done < paths.length; done += AT_ONCE) {
      const some = paths.slice(done, done + AT_ONCE).map((path, index) => {
        const url = this.stage.urls[index % this.stage.urls.length] ?? '';
        return call(url, { path, token, ...(body === undefined ? {} : { body }) });
      });
      answers.push(...(await Promise.all(some)));
    }
    return answers;
  }

  /** Returns when the detector has settled everything that is due by now. */
  async settled(): Promise<void> {
    const due = 'SELECT FROM user_queries WHERE due_at <= $1 LIMIT 1';
    await this.until(async () => (await this.stage.service.sql(due, [new Date(this.stage.nowMs)])).length === 0);
  }

  /** Returns when the detector has read the proofs of this many users from the audit log. */
  async proofsRead({ tenantId }: Tenant, users: number): Promise<void> {
    const proofs = 'SELECT FROM user_proofs WHERE tenant_id = $1';
    const tenant = fromTypeId('ten', tenantId);
    await this.until(async () => (await this.stage.service.sql(proofs, [tenant])).length >= users);
  }

  /** Alerts about users; waits for this many. */
  async alerts({ clients: [client] }: Tenant, count = 0): Promise<Shown[]> {
    if (client === undefined) throw new Error('a tenant has no client');
    const token = await tokenOf(this.stage.service.url, client);
    let found: Shown[] = [];
    await this.until(async () => {
      const { json } = await call(this.stage.service.url, { path: '/v1/alerts', token });
      found = (json() as { data: Shown[] }).data.filter(({ kind }) => kind.includes('user'));
      return found.length >= count;
    });
    return found;
  }

  private async until(isSo: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await isSo()); tries += 1) {
      if (tries === TRIES) throw new Error('it never came to that');
      await pause(50);
    }
  }
}

export const factorsOf = (name: string) => `/v1/users/${name}/factors`;
export const devicesOf = (name: string) => `/v1/users/${name}/devices`;
export const verifyOf = (name: string) => `/v1/users/${name}/verify`;
export const names = (prefix: string, count: number) =>
  Array.from({ length: count }, (_none, index) => `${prefix}-${index}`);
