// Challenges as a client opens, answers and reads them.
import { call, type Answer, type Wish } from './api.js';
import { MINUTE, type Stage } from './stage.js';

export interface Opened {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly expiresAt: string;
}

/** The client's token, and the instance. */
export interface Asking {
  readonly token?: string;
  readonly instance?: number;
  /** The header `Idempotency-Key`. */
  readonly key?: string;
}

export const CHALLENGE_ENDS_AFTER = 5 * MINUTE;

export class Challenges {
  constructor(private readonly stage: Stage) {}

  ask(userId: string, body: object = {}, asking: Asking = {}): Promise<Answer> {
    return this.send({ path: `/v1/users/${userId}/challenges`, body: { type: 'totp', ...body } }, asking);
  }

  async open(userId: string, body: object = {}, asking: Asking = {}): Promise<Opened> {
    const answer = await this.ask(userId, body, asking);
    if (answer.status !== 201) throw new Error(`not opened: ${answer.status} ${answer.text}`);
    return answer.json() as Opened;
  }

  answer(id: string, code: string, asking: Asking = {}): Promise<Answer> {
    return this.send({ path: `/v1/challenges/${id}/answer`, body: { code } }, asking);
  }

  look(id: string, asking: Asking = {}): Promise<Answer> {
    return this.send({ path: `/v1/challenges/${id}` }, asking);
  }

  async statusOf(id: string): Promise<string> {
    return ((await this.look(id)).json() as Opened).status;
  }

  private send(wish: Wish, { token = this.stage.token, instance = 0, key }: Asking): Promise<Answer> {
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    return call(this.stage.urls[instance % this.stage.urls.length] ?? '', { ...wish, token, headers });
  }
}

/** The claims of an assertion. */
export function claimsIn(answer: Answer): Record<string, unknown> {
  const { assertion = '' } = answer.json() as { assertion?: string };
  return JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}
