// Helpers for specs about phones: a tenant with phones turned on, users with phones, and the codes. Codes are read from
// the outbox or computed with the key ring.
import type { RowAlarm } from '../../src/abuse/alerts/row-alarm.js';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MESSAGES_CHANNEL } from '../../src/phones/messages/message.statement.js';
import type { LimitName } from '../../src/phones/budgets/budget.policy.js';
import { Numbers } from '../../src/phones/numbers.js';
import { PhoneCodes, type CodeFor } from '../../src/phones/phone-codes.js';
import { BlindIndex } from '../../src/platform/crypto/blind-index.js';
import { Sealer } from '../../src/platform/crypto/sealer.js';
import { fromTypeId, toTypeId } from '../../src/platform/crypto/type-id.js';
import { call, type Answer, type EnrolledUser } from './api.js';
import type { Stage } from './stage.js';

/** A line of the outbox. */
export interface Sent {
  readonly id: string;
  readonly at: string;
  readonly purpose: string;
  readonly phoneNumber: string;
  readonly code: string;
}

export interface Planted {
  readonly userId: string;
  readonly phoneNumber: string;
}

export interface PhoneOwner extends EnrolledUser {
  /** TypeID `phn_`. */
  readonly phoneId: string;
  readonly phoneNumber: string;
}

/**
 * Numbers of the United States that libphonenumber accepts; each `index` gives another number, ten thousand to a
 * prefix.
 */
export function numberAt(index: number, areas: readonly string[] = ['201', '202', '203', '205', '206', '207', '208']) {
  const area = areas[Math.floor(index / 10_000) % areas.length] ?? '201';
  return `+1${area}555${String(index % 10_000).padStart(4, '0')}`;
}

/** Removes all users, requests and counts of the tenants. */
export async function forgetPhones(stage: Stage): Promise<void> {
  // Row by row: TRUNCATE would deadlock with the worker.
  for (const table of ['messages', 'budgets', 'challenges', 'blind_lookups', 'phone_settings'])
    await stage.service.sql(`DELETE FROM ${table}`);
  for (const table of ['factors', 'users'])
    await stage.service.sql(`DELETE FROM ${table} USING tenants WHERE tenants.id = tenant_id AND name = 'Test'`);
}

/** Raises no alert: a spec opens only valid rows. */
export const NO_ALARM = { raise: () => undefined } as unknown as RowAlarm;

export class PhoneDesk {
  private readonly codes: PhoneCodes;
  private readonly index: BlindIndex;
  readonly numbers: Numbers;

  /** Messages sent before belong to another desk. */
  readonly sinceMs: number;

  private constructor(private readonly stage: Stage) {
    this.sinceMs = stage.nowMs;
    this.index = new BlindIndex(stage.service.keyRing);
    this.codes = new PhoneCodes(this.index);
    this.numbers = new Numbers(new Sealer(stage.service.keyRing), this.index, NO_ALARM);
  }

  /** Turns phones on for the stage's tenant: codes into the outbox, to the United States and Great Britain. */
  static async of(stage: Stage, words: Readonly<Record<string, string>> = {}): Promise<PhoneDesk> {
    const desk = new PhoneDesk(stage);
    await desk.set({ via: 'outbox', countries: 'US GB', ...words });
    return desk;
  }

  async set(words: Readonly<Record<string, string>>, tenant = this.stage.client.tenantId): Promise<void> {
    const options = Object.entries(words).flatMap(([name, value]) => [`--${name}`, value]);
    await this.stage.service.operate('phones', 'set', '--tenant', tenant, ...options);
  }

  get tenantId(): string {
    return fromTypeId('ten', this.stage.client.tenantId) ?? '';
  }

  get clientId(): string {
    return fromTypeId('cli', this.stage.client.clientId) ?? '';
  }

  code(subject: CodeFor): string {
    return this.codes.of(this.tenantId, subject);
  }

  codeOfEnrolment(phoneId: string): string {
    return this.code({ purpose: 'enrolment', factorId: fromTypeId('phn', phoneId) ?? '' });
  }

  codeOfChallenge(challengeId: string, phoneId: string): string {
    const [challenge, factorId] = [fromTypeId('chl', challengeId) ?? '', fromTypeId('phn', phoneId) ?? ''];
    return this.code({ purpose: 'challenge', challengeId: challenge, factorId });
  }

  codeOfLookup(lookupId: string): string {
    return this.code({ purpose: 'blind_lookup', lookupId: fromTypeId('bll', lookupId) ?? '' });
  }

  /** A user with an authenticator and a confirmed phone. The clock moves on by a step for the proof. */
  async owner(userId: string, phoneNumber: string): Promise<PhoneOwner> {
    return this.giveTo(await this.stage.user(userId), phoneNumber);
  }

  /** A confirmed phone for a user with an authenticator. */
  async giveTo(user: EnrolledUser, phoneNumber: string): Promise<PhoneOwner> {
    const phoneId = await this.begin(user, phoneNumber);
    const confirmed = await this.confirm(user.userId, phoneId, this.codeOfEnrolment(phoneId));
    if (confirmed.status !== 200) throw new Error(`not confirmed: ${confirmed.status} ${confirmed.text}`);
    return { ...user, phoneId, phoneNumber };
  }

  /** The same, inserted into the database as a confirmation leaves it, without the proof and its half minute. */
  async insert(user: EnrolledUser, phoneNumber: string): Promise<PhoneOwner> {
    const { tenantId } = this;
    const factorId = randomUUID();
    const place = { tenantId, factorId };
    await this.stage.service.sql(
      `WITH made AS (
         INSERT INTO factors (tenant_id, user_id, id, type, status, created_at, activated_at) VALUES ($1, $2, $3, 'phone', 'active', $4, $4)
       ), held AS (
         UPDATE users SET claims = claims || jsonb_build_object($3::text, 0) WHERE tenant_id = $1 AND user_id = $2
       )
       INSERT INTO phones (tenant_id, factor_id, user_id, channel, number_sealed, number_index, confirmed_at)
       VALUES ($1, $3, $2, 'sms', $5, $6, $4)`,
      [
        tenantId,
        user.userId,
        factorId,
        new Date(this.stage.nowMs),
        this.numbers.seal(phoneNumber, place),
        this.numbers.indexOf(tenantId, phoneNumber),
      ],
    );
    await this.stage.service.bindRows(['factors', 'phones']);
    return { ...user, phoneId: toTypeId('phn', factorId), phoneNumber };
  }

  /** A pending phone. */
  async begin(user: EnrolledUser, phoneNumber: string): Promise<string> {
    const answer = await this.enrol(user.userId, phoneNumber, await this.stage.proof(user, 'factors.add'));
    if (answer.status !== 202) throw new Error(`not begun: ${answer.status} ${answer.text}`);
    return (answer.json() as { id: string }).id;
  }

  enrol(userId: string, phoneNumber: string, assertion?: string): Promise<Answer> {
    const headers = assertion === undefined ? {} : { 'step-up': assertion };
    const { token, service } = this.stage;
    return call(service.url, { path: `/v1/users/${userId}/phones`, token, headers, body: { phoneNumber } });
  }

  confirm(userId: string, phoneId: string, code: string, instance = 0): Promise<Answer> {
    return this.stage.post(`/v1/users/${userId}/phones/${phoneId}/confirm`, { code }, instance);
  }

  async remove({ phoneId, ...user }: PhoneOwner): Promise<void> {
    const headers = { 'step-up': await this.stage.proof(user, 'factors.remove') };
    const path = `/v1/users/${user.userId}/phones/${phoneId}`;
    const { status } = await call(this.stage.service.url, { method: 'DELETE', path, token: this.stage.token, headers });
    if (status !== 204) throw new Error(`a phone was not removed: ${status}`);
  }

  /**
   * Confirmed phones by SQL, row by row as the service would write them. For many numbers, or numbers that the service
   * would refuse.
   */
  async plant(people: readonly Planted[], tenantId = this.tenantId): Promise<void> {
    const rows = people.map(({ userId, phoneNumber }) => {
      const factorId = randomUUID();
      const sealed = this.numbers.seal(phoneNumber, { tenantId, factorId });
      return { userId, factorId, sealed, index: this.numbers.indexOf(tenantId, phoneNumber) };
    });
    const text = `
      WITH wanted AS (SELECT * FROM unnest($2::text[], $3::uuid[], $4::bytea[], $5::bytea[]) AS row (user_id, id, sealed, index)),
      known AS (INSERT INTO users (tenant_id, user_id, created_at, enrolled_at) SELECT $1::uuid, user_id, $6, $6 FROM wanted),
      active AS (INSERT INTO factors (tenant_id, id, user_id, type, status, created_at, activated_at)
                 SELECT $1::uuid, id, user_id, 'phone', 'active', $6, $6 FROM wanted)
      INSERT INTO phones (tenant_id, factor_id, user_id, channel, number_sealed, number_index, confirmed_at)
      SELECT $1::uuid, id, user_id, 'sms', sealed, index, $6 FROM wanted`;
    const of = <Name extends keyof (typeof rows)[0]>(name: Name) => rows.map((row) => row[name]);
    const values = [tenantId, of('userId'), of('factorId'), of('sealed'), of('index'), new Date(this.stage.nowMs)];
    await this.stage.service.sql(text, values);
    await this.stage.service.bindRows(['enrolled', 'factors', 'phones']);
  }

  /** Sets the spent amount of a budget that was charged before. `subject`: a client or another id as a UUID. */
  async spent(name: LimitName | `${LimitName}, of a client`, subject: string, count: number): Promise<void> {
    const key = this.index.of(this.tenantId, 'budget', `${name}\0${subject}`);
    const text = 'UPDATE budgets SET counts[1] = $1 WHERE tenant_id = $2 AND key = $3 RETURNING slot';
    const rows = await this.stage.service.sql(text, [count, this.tenantId, key]);
    if (rows.length !== 1) throw new Error(`nothing was spent of: ${name}`);
  }

  /** What was written to the outbox since the desk was made. */
  sent(): Sent[] {
    const file = join(this.stage.service.dataDir, 'outbox.jsonl');
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as Sent).filter(({ at }) => Date.parse(at) >= this.sinceMs);
  }

  /**
   * A second later, after every message had its first try. Messages that were sent and wait for their code to expire
   * are left alone.
   */
  async settled(): Promise<void> {
    await this.stage.workBegun(MESSAGES_CHANNEL);
    await this.untilNone(`SELECT count(*)::int AS n FROM messages WHERE status <> 'ended' AND due_at <= $1`);
  }

  /** The same, after all due work is done, including messages whose code has expired. */
  async workedOff(): Promise<void> {
    await this.stage.workBegun(MESSAGES_CHANNEL);
    await this.untilNone(`SELECT count(*)::int AS n FROM messages WHERE due_at <= $1`);
  }

  private async untilNone(text: string): Promise<void> {
    // A message that was taken but not checked is due again in five seconds; a postponed one is due later.
    const soon = new Date(this.stage.nowMs + 5_000);
    for (let tries = 0; tries < 400; tries += 1) {
      const [row] = await this.stage.service.sql<{ n: number }>(text, [soon]);
      if (row?.n === 0) return;
      await new Promise((done) => setTimeout(done, 25));
    }
    throw new Error('messages were not worked off');
  }
}
