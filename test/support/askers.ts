// Clients that look up numbers, some with a list from elsewhere, and the alerts and quarantines that follow.
import { fromTypeId } from '../../src/platform/crypto/type-id.js';
import { call, tokenOf, type Answer } from './api.js';
import { numberAt, PhoneDesk } from './phones.js';
import type { Credentials } from './service.js';
import { DAY, MINUTE, type Stage } from './stage.js';
import { workersDone } from './workers.js';

export const HOUR = 60 * MINUTE;
const SCOPES = 'factors:read phones:match phones:lookup phones:blind verify audit:read';
/** Of the numbers of numberAt, the first `KNOWN` are registered. */
const KNOWN = 40;
/** The detector and the gate look every second. */
const REACH_MS = 1_500;

export interface Asker extends Credentials {
  token: string;
}

export interface Shown {
  readonly kind: string;
  readonly severity: string;
  readonly clientId?: string;
  readonly count: number;
}

export const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
export const knowns = (count: number) => Array.from({ length: count }, (_none, index) => numberAt(index));
export const uuidOf = ({ clientId }: Asker) => fromTypeId('cli', clientId) ?? '';

export class Askers {
  private unknown = 1_000;

  private constructor(
    private readonly stage: Stage,
    readonly desk: PhoneDesk,
  ) {}

  static async of(stage: Stage): Promise<Askers> {
    const desk = await PhoneDesk.of(stage, { lookups: 'on' });
    await desk.plant(knowns(KNOWN).map((phoneNumber, index) => ({ userId: `user-${index}`, phoneNumber })));
    return new Askers(stage, desk);
  }

  /** Two days later, without alerts, quarantines or used budgets. */
  async anotherDay(): Promise<void> {
    await workersDone(this.stage);
    for (const table of ['observations', 'look_up_scores', 'alerts', 'budgets'])
      await this.stage.service.sql(`DELETE FROM ${table}`);
    const stopped = await this.stage.service.sql('DELETE FROM quarantines RETURNING client_id');
    await this.stage.later(2 * DAY);
    // The instances read each second who is stopped.
    if (stopped.length > 0) await pause(REACH_MS);
  }

  async one(): Promise<Asker> {
    const client = await this.stage.service.client(this.stage.client.tenantId, SCOPES);
    return { ...client, token: await tokenOf(this.stage.service.url, client) };
  }

  /** An unregistered number, each time another one. */
  someoneElse(): string {
    this.unknown += 7;
    return numberAt(this.unknown);
  }

  unknowns(count: number): string[] {
    return Array.from({ length: count }, () => this.someoneElse());
  }

  ask({ token }: Asker, path: string, body: object, instance = 0): Promise<Answer> {
    return call(this.stage.urls[instance] ?? '', { path, token, body });
  }

  lookUp(client: Asker, phoneNumber: string, instance = 0): Promise<Answer> {
    return this.ask(client, '/v1/phone-lookups', { phoneNumber }, instance);
  }

  /** One after the other, each a millisecond later. */
  async lookUpAll(client: Asker, numbers: readonly string[]): Promise<void> {
    for (const [index, number] of numbers.entries()) {
      const { status } = await this.lookUp(client, number, index % 2);
      if (status !== 200) throw new Error(`a look-up was answered with ${status}`);
      await this.stage.later(1);
    }
  }

  /** An hour later, with tokens of then, once every look-up is scored and both instances know the result. */
  async judged(...clients: Asker[]): Promise<void> {
    await this.stage.later(HOUR);
    for (const client of clients) client.token = await tokenOf(this.stage.service.url, client);
    const open = 'SELECT FROM observations WHERE judged_at IS NULL AND asked_at <= $1';
    const until = new Date(this.stage.nowMs - HOUR);
    for (let tries = 0; (await this.stage.service.sql(open, [until])).length > 0; tries += 1) {
      if (tries === 200) throw new Error('look-ups were not judged');
      await pause(50);
    }
    await pause(REACH_MS);
  }

  async alerts(): Promise<Shown[]> {
    await workersDone(this.stage);
    const { token } = await this.one();
    const { json } = await call(this.stage.service.url, { path: '/v1/alerts', token });
    return (json() as { data: Shown[] }).data;
  }

  /** Clients (UUIDs). */
  async stopped(): Promise<string[]> {
    const rows = await this.stage.service.sql<{ client_id: string }>('SELECT client_id FROM quarantines');
    return rows.map((row) => row.client_id).sort();
  }
}
