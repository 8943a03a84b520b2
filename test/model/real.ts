// The service that a model is compared with: real processes over a database, open connections, a forward-moving clock,
// and fresh tokens. One world serves all runs; each run has its own user.
import { Agent } from 'node:http';
import { call, enrolled, tokenOf, type Answer, type Wish } from '../support/api.js';
import { TestService, type Credentials } from '../support/service.js';
import { MINUTE } from '../support/stage.js';
import { Model, type ClientName, type Stranger } from './model.js';
import type { Tally } from './tally.js';

/** An access token lives five minutes. */
const TOKEN_KEPT = 4 * MINUTE;
const STEP_MS = 30_000;

export class World {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly tokens = new Map<ClientName, { text: string; atMs: number }>();
  #bystander: Stranger | null = null;
  private runs = 0;
  private nowMs = Math.ceil(Date.now() / MINUTE) * MINUTE;

  private constructor(
    readonly service: TestService,
    private readonly clients: Readonly<Record<ClientName, Credentials>>,
  ) {}

  static async open(): Promise<World> {
    const service = await TestService.start(1, { LOG_LEVEL: 'error' });
    const app = await service.tenant();
    const scopes = 'factors:read factors:write verify tenant:admin';
    const second = await service.client(app.tenantId, scopes);
    const stolen = await service.client(app.tenantId, scopes);
    return new World(service, { app, second, stolen, foreign: await service.tenant() });
  }

  /** `url`: the instance that shows the state. */
  async begin({ url, tally }: { url: string; tally: Tally }): Promise<{ model: Model; real: Real }> {
    this.runs += 1;
    // The first instant of a minute, so that a replayed run meets the same steps.
    await this.wait(2 * MINUTE - (this.nowMs % MINUTE));
    const userId = `user-${this.runs}`;
    const model = new Model(userId, this.nowMs, await this.bystander(url));
    return { model, real: { world: this, url, userId, tally } };
  }

  async send(url: string, client: ClientName, wish: Wish): Promise<Answer> {
    return call(url, { ...wish, token: await this.tokenOf(client), agent: this.agent });
  }

  async wait(milliseconds: number): Promise<void> {
    this.nowMs += milliseconds;
    await this.service.setClock({ frozenAtMs: this.nowMs });
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    await this.service.stop();
  }

  /** A user whose authenticator the thief has, with a code that is unused. */
  async enrol(url: string, client: ClientName, userId: string): Promise<Stranger> {
    const claimed = Math.floor(this.nowMs / STEP_MS) - 1;
    return { ...(await enrolled(url, await this.tokenOf(client), userId, this.nowMs)), claimed };
  }

  private async bystander(url: string): Promise<Stranger> {
    return (this.#bystander ??= await this.enrol(url, 'app', 'mallory'));
  }

  private async tokenOf(client: ClientName): Promise<string> {
    const kept = this.tokens.get(client);
    if (kept && this.nowMs < kept.atMs + TOKEN_KEPT) return kept.text;
    const text = await tokenOf(this.service.url, this.clients[client]);
    this.tokens.set(client, { text, atMs: this.nowMs });
    return text;
  }
}

export interface Real {
  readonly world: World;
  readonly url: string;
  readonly userId: string;
  readonly tally: Tally;
}
