// A client of the service, honest or not, seen from outside. It has an address, a credential, and a token that is
// renewed when it is too old.
import { Agent } from 'node:http';
import { call, tokenOf, type Answer } from '../../test/support/api.js';
import type { Credentials } from '../../test/support/service.js';

/** A token lives five minutes. */
const TOKEN_KEPT_MS = 4 * 60_000;
const SOCKETS = 32;

export const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS });

export interface Surroundings {
  readonly url: string;
  nowMs(): number;
}

export class Caller {
  private token = '';
  private tokenMs = -Infinity;

  /** `address` is called before each request, so that each can have another address. */
  constructor(
    private readonly surroundings: Surroundings,
    readonly credentials: Credentials,
    private readonly address: () => string,
  ) {}

  async post(path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.send({ method: 'POST', path, body, headers });
  }

  async get(path: string): Promise<Answer> {
    return this.send({ method: 'GET', path });
  }

  async send(wish: {
    readonly method: string;
    readonly path: string;
    readonly body?: object;
    readonly headers?: Readonly<Record<string, string>>;
  }): Promise<Answer> {
    const headers = { ...wish.headers, 'x-forwarded-for': this.address() };
    return call(this.surroundings.url, { ...wish, token: await this.fresh(), headers, agent });
  }

  private async fresh(): Promise<string> {
    const nowMs = this.surroundings.nowMs();
    if (nowMs - this.tokenMs < TOKEN_KEPT_MS) return this.token;
    this.token = await tokenOf(this.surroundings.url, this.credentials, undefined, {
      agent,
      headers: { 'x-forwarded-for': this.address() },
    });
    this.tokenMs = nowMs;
    return this.token;
  }
}
