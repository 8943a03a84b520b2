// A thief with stolen credentials of the right tenant and a list of numbers. The thief shares the list among the
// credentials and uses another address for each request. After a 429 they wait as long as the service asks, because
// earlier requests gain nothing.
import type { Answer } from '../../test/support/api.js';
import type { LabTenant } from '../server/ground.js';
import type { Caller } from '../server/caller.js';
import type { Listed } from './lists.js';
import { TICK_MS, type Actor, type Tick } from './timeline.js';

const HOUR_MS = 3_600_000;
/** After this many consecutive refusals for the budget, the thief knows that all credentials are used up for now. */
const TIRED_AFTER = 4;

export interface Loot {
  answered: number;
  /** Registered numbers that the service confirmed, each once: no number is in the list twice. */
  exposed: number;
  /** Requests without an answer, and requests that were not sent because no answer would come. */
  refused: number;
  unsent: number;
  firstMs: number | null;
  /** When the last credential lost its look-ups. */
  stoppedMs: number | null;
  /** Exposed numbers at the end of each day. */
  readonly byDay: number[];
  /** Times of the answers, by credential, in the order of the answers. */
  readonly answers: { readonly atMs: number; readonly credential: number }[];
}

export interface ThiefOptions {
  readonly tenant: LabTenant;
  readonly callers: readonly Caller[];
  readonly list: readonly Listed[];
  /** For each credential. */
  readonly perHour: number;
  /** Requests that are sent after the end; more count as unsent. */
  readonly inVain: number;
}

interface Credential {
  readonly index: number;
  readonly caller: Caller;
  allowance: number;
  restsUntilMs: number;
  isStopped: boolean;
}

export class Thief implements Actor {
  readonly loot: Loot = {
    answered: 0,
    exposed: 0,
    refused: 0,
    unsent: 0,
    firstMs: null,
    stoppedMs: null,
    byDay: [],
    answers: [],
  };
  private next = 0;
  private tired = 0;
  private inVain = 0;
  private readonly credentials: readonly Credential[];

  constructor(readonly options: ThiefOptions) {
    this.credentials = options.callers.map((caller, index) => ({
      index,
      caller,
      allowance: 0,
      restsUntilMs: -Infinity,
      isStopped: false,
    }));
  }

  get tenant(): LabTenant {
    return this.options.tenant;
  }

  async act(tick: Tick): Promise<void> {
    this.tired = 0;
    const perTick = (this.options.perHour * TICK_MS) / HOUR_MS;
    for (const credential of this.credentials) credential.allowance += perTick;
    // One credential after the other: each is used until its limit.
    for (const credential of this.credentials) await this.use(credential, tick);
    this.loot.byDay[tick.day] = this.loot.exposed;
    if (this.loot.stoppedMs === null && this.credentials.every(({ isStopped }) => isStopped))
      this.loot.stoppedMs = tick.nowMs;
  }

  private async use(credential: Credential, { nowMs }: Tick): Promise<void> {
    while (credential.allowance >= 1) {
      if (this.isHopeless(credential, nowMs)) {
        this.loot.unsent += Math.floor(credential.allowance);
        credential.allowance %= 1;
        return;
      }
      credential.allowance -= 1;
      const listed = this.options.list[this.next];
      if (listed === undefined) throw new Error('a list has come to its end');
      const answer = await credential.caller.post('/v1/phone-lookups', { phoneNumber: listed.phoneNumber });
      this.heed({ credential, answer, nowMs }, listed);
    }
  }

  private isHopeless(credential: Credential, nowMs: number): boolean {
    if (credential.isStopped) return this.inVain >= this.options.inVain;
    return nowMs < credential.restsUntilMs || this.tired >= TIRED_AFTER;
  }

  private heed(
    { credential, answer, nowMs }: { credential: Credential; answer: Answer; nowMs: number },
    listed: Listed,
  ): void {
    this.loot.firstMs ??= nowMs;
    if (answer.status === 200) {
      this.keep(listed, { answer, nowMs, credential: credential.index });
      return;
    }
    this.loot.refused += 1;
    if (answer.status === 429) {
      this.tired += 1;
      credential.restsUntilMs = nowMs + Number(answer.headers['retry-after'] ?? 60) * 1_000;
      return;
    }
    if ((answer.json() as { code?: string }).code !== 'client_quarantined')
      throw new Error(`a look-up was answered with ${answer.status} ${answer.text}`);
    if (credential.isStopped) this.inVain += 1;
    credential.isStopped = true;
  }

  private keep(listed: Listed, { answer, nowMs, credential }: { answer: Answer; nowMs: number; credential: number }) {
    const { registered } = answer.json() as { registered: boolean };
    if (registered !== listed.isRegistered) throw new Error(`${listed.phoneNumber} was answered wrongly`);
    this.tired = 0;
    this.next += 1;
    this.loot.answered += 1;
    this.loot.answers.push({ atMs: nowMs, credential });
    if (registered) this.loot.exposed += 1;
  }
}
