// A stage for attacks: a service whose clock stands still until a spec moves it, one tenant, a token that is fresh at
// every time, and a look at what the database holds of a user.
import pg from 'pg';
import { START_WITHIN_MS } from '../../src/platform/clock/start.js';
import { call, enrolled, tokenOf, totpAt, verify, wrongCode, type Answer, type EnrolledUser } from './api.js';
import { TestService, type Credentials } from './service.js';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const DAY = 24 * 60 * MINUTE;

/** An access token lives five minutes. */
const TOKEN_KEPT = 4 * MINUTE;

/** The row that counts a user's wrong codes. */
export interface Guard {
  readonly consecutive_failures: number;
  readonly recent: number;
  readonly locked_until: Date | null;
  readonly enrolled_at: Date | null;
}

export interface Pending {
  readonly id: string;
  readonly secret: string;
}

export interface FactorList {
  readonly data: readonly { id: string; type: string; status: string; remaining?: number }[];
  readonly mfaRequired: boolean;
}

export interface Removal {
  readonly token?: string;
  /** The header `Step-Up`. */
  readonly assertion?: string;
}

export class Stage {
  token = '';
  private tokenMs = 0;

  private constructor(
    readonly service: TestService,
    readonly client: Credentials & { tenantId: string },
    public nowMs: number,
  ) {}

  /** The clock begins on a whole minute, which is the first instant of a step of 30 and of 60 seconds. */
  static async open(instances = 1, extra: Record<string, string> = {}): Promise<Stage> {
    return Stage.over(await TestService.start(instances, extra));
  }

  static async over(service: TestService): Promise<Stage> {
    const stage = new Stage(service, await service.tenant(), Math.ceil(Date.now() / MINUTE) * MINUTE);
    await stage.at(stage.nowMs);
    return stage;
  }

  get urls(): string[] {
    return this.service.instances.map(({ url }) => url);
  }

  /** Sets the clock of every instance to this instant. */
  async at(nowMs: number): Promise<void> {
    this.nowMs = nowMs;
    await this.service.setClock({ frozenAtMs: nowMs });
    if (nowMs >= this.tokenMs && nowMs < this.tokenMs + TOKEN_KEPT) return;
    this.token = await tokenOf(this.service.url, this.client);
    this.tokenMs = nowMs;
  }

  later(milliseconds: number): Promise<void> {
    return this.at(this.nowMs + milliseconds);
  }

  /** A second later, when everything has begun that was left to a worker; tells the one of this channel to look. */
  async workBegun(channel: string): Promise<void> {
    await this.later(START_WITHIN_MS);
    await this.service.sql(`SELECT pg_notify('${channel}', '')`);
  }

  user(userId: string): Promise<EnrolledUser> {
    return enrolled(this.service.url, this.token, userId, this.nowMs);
  }

  verify(userId: string, code: string, instance = 0): Promise<Answer> {
    return verify(this.urls[instance % this.urls.length] ?? '', this.token, userId, code);
  }

  /** All at once, spread over the instances in turn. */
  burst(userId: string, codes: readonly string[]): Promise<Answer[]> {
    return Promise.all(codes.map((code, index) => this.verify(userId, code, index)));
  }

  right(user: { secret: string }): string {
    return totpAt(user.secret, this.nowMs);
  }

  /** `count` different codes, none of which is accepted now. */
  wrong(user: { secret: string }, count = 1): string[] {
    const codes: string[] = [];
    for (let salt = 0; codes.length < count; salt = Number(codes.at(-1)) + 1)
      codes.push(wrongCode(user.secret, this.nowMs, salt));
    return codes;
  }

  async guard(userId: string): Promise<Guard | undefined> {
    const [row] = await this.service.sql<Guard>(
      `SELECT consecutive_failures, cardinality(recent_failures) AS recent, locked_until, enrolled_at
       FROM users WHERE user_id = $1`,
      [userId],
    );
    return row;
  }

  /** A hundred wrong codes, the last of them now: codes are stopped for thirty days. */
  async stopCodes(userId: string): Promise<void> {
    const failures = Array<Date>(100).fill(new Date(this.nowMs));
    await this.service.sql('UPDATE users SET recent_failures = $2 WHERE user_id = $1', [userId, failures]);
  }

  /** Opens a pending factor. */
  async open(userId: string, body: object = {}, instance = 0): Promise<Pending> {
    const answer = await this.post(`/v1/users/${userId}/factors/totp`, body, instance);
    if (answer.status !== 201) throw new Error(`not opened: ${answer.status} ${answer.text}`);
    return answer.json() as Pending;
  }

  confirm(userId: string, factorId: string, code: string): Promise<Answer> {
    return this.post(`/v1/users/${userId}/factors/${factorId}/confirm`, { code });
  }

  post(path: string, body: object, instance = 0): Promise<Answer> {
    return call(this.urls[instance % this.urls.length] ?? '', { path, token: this.token, body });
  }

  async factors(userId: string): Promise<FactorList> {
    return (
      await call(this.service.url, { path: `/v1/users/${userId}/factors`, token: this.token })
    ).json() as FactorList;
  }

  remove(userId: string, factorId: string, { token = this.token, assertion }: Removal = {}): Promise<Answer> {
    const path = `/v1/users/${userId}/factors/${factorId}`;
    const headers = assertion === undefined ? {} : { 'step-up': assertion };
    return call(this.service.url, { method: 'DELETE', path, token, headers });
  }

  /** The assertion of a proof for this action. The clock moves on by a step, so that the user has an unused code again. */
  async proof(user: EnrolledUser, action: string): Promise<string> {
    const answer = await this.post(`/v1/users/${user.userId}/verify`, { code: this.right(user), action });
    if (answer.status !== 200) throw new Error(`not proven: ${answer.status} ${answer.text}`);
    await this.later(30 * SECOND);
    return (answer.json() as { assertion: string }).assertion;
  }

  /** What became of each proof, in the order of judgement: `approved` or the reason of the refusal. */
  async verdicts(userId: string): Promise<string[]> {
    const rows = await this.service.sql<{ verdict: string }>(
      `SELECT coalesce(reason, 'approved') AS verdict FROM audit_events
       WHERE user_id = $1 AND (action LIKE 'verification.%' OR action = 'factor.confirmation_refused') ORDER BY tx`,
      [userId],
    );
    return rows.map(({ verdict }) => verdict);
  }

  /**
   * Takes the user's row lock, so that what is sent next has to wait for it; `release` lets it go. The first that waits
   * is the first to be judged.
   */
  async hold(userId: string): Promise<{ waiting(count: number): Promise<void>; release(): Promise<void> }> {
    const holder = new pg.Client({ connectionString: this.service.databaseUrl });
    await holder.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM users WHERE user_id = $1 FOR UPDATE', [userId]);
    const release = async () => {
      await holder.query('COMMIT');
      await holder.end();
    };
    return { waiting: (count) => this.untilWaiting(count), release };
  }

  /** Returns once so many of the service's connections wait for a lock. */
  private async untilWaiting(count: number): Promise<void> {
    const text = `SELECT count(*)::int AS n FROM pg_stat_activity
                  WHERE datname = current_database() AND application_name = 'countersign' AND wait_event_type = 'Lock'`;
    for (let tries = 0; tries < 200; tries += 1) {
      const [row] = await this.service.sql<{ n: number }>(text);
      if ((row?.n ?? 0) >= count) return;
      await new Promise((done) => setTimeout(done, 10));
    }
    throw new Error(`there never were ${count} waiting connections`);
  }

  stop(): Promise<void> {
    return this.service.stop();
  }
}

/** How often each value occurs. */
export function tally(values: readonly (string | number)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

export function statuses(answers: readonly Answer[]): Record<string, number> {
  return tally(answers.map(({ status }) => status));
}
