// The attacker in one world: credentials and phones, the requests, and the view.
import type { Scope } from '../../src/contract/scopes.js';
import { totpAt, type Answer, type Wish } from '../support/api.js';
import { OWN_NUMBERS } from './cases.js';
import { View } from './views.js';
import type { Scene, World } from './world.js';

/** An access token lives five minutes. */
const TOKEN_KEPT_MS = 4 * 60_000;
const STEP_MS = 30_000;
const ATTACKER_ADDRESS = '203.0.113.5';
const OTHER_ADDRESS = '198.51.100.9';

interface Held {
  readonly id: string;
  readonly of: string;
}

export class Attacker {
  /** Since the last look. */
  seen: string[] = [];
  readonly lookups: Held[] = [];
  readonly challenges: Held[] = [];
  readonly phones: Held[] = [];
  /** The newest code on each of their phones. */
  readonly codes = new Map<string, string>();
  private readonly view = new View();
  private readonly tokens = new Map<string, { token: string; atMs: number }>();
  private readonly usedSteps = new Map<string, number>();
  private asked = 0;

  constructor(
    readonly world: World,
    readonly scene: Scene,
    readonly scopes: readonly Scope[],
    private readonly draw: string,
    public nowMs: number,
  ) {}

  has(scope: Scope): boolean {
    return this.scopes.includes(scope);
  }

  /** Each request has its own millisecond. */
  async ask(wish: Wish): Promise<Answer> {
    const token = await this.tokenFor('attacker');
    await this.turn();
    const answer = await this.world.call(ATTACKER_ADDRESS, { ...wish, token });
    this.seen.push(
      `${wish.method ?? (wish.body ? 'POST' : 'GET')} ${this.pathSeen(wish.path)} ${this.view.answered(answer)}`,
    );
    return answer;
  }

  /** A request by another client; the attacker sees no part of the answer. */
  async other(wish: Wish): Promise<void> {
    const token = await this.tokenFor('other');
    await this.turn();
    await this.world.call(OTHER_ADDRESS, { ...wish, token });
  }

  /** Waits as long as this many requests of another client take. */
  async idle(requests: number): Promise<void> {
    await this.tokenFor('other');
    for (let done = 0; done < requests; done += 1) await this.turn();
  }

  /** Lets time pass, and reads the phones. */
  async wait(ms: number, passes = 1): Promise<void> {
    this.nowMs += ms;
    await this.world.advance(this.nowMs, passes, `${this.draw} ${(this.asked += 1)}`);
    const arrived = this.world.sent().filter(({ phoneNumber }) => OWN_NUMBERS.includes(phoneNumber));
    for (const { at, phoneNumber, purpose, code } of arrived) {
      this.codes.set(`${purpose} ${phoneNumber}`, code);
      const phone = OWN_NUMBERS.indexOf(phoneNumber);
      this.seen.push(`phone ${phone} at ${at}: ${purpose} ${this.view.name(`code of ${phone}`, code)}`);
    }
  }

  /** The code that the user's authenticator shows; null if it was used in this step. */
  totp(userId: string): string | null {
    const secret = this.scene.secrets.get(userId);
    const step = Math.floor(this.nowMs / STEP_MS);
    if (secret === undefined || (this.usedSteps.get(userId) ?? 0) >= step) return null;
    this.usedSteps.set(userId, step);
    return totpAt(secret, this.nowMs);
  }

  private pathSeen(path: string): string {
    return path.replace(/[a-z]{3}_[0-9a-z]{26}|(?<=after=)[^&]+/g, '…');
  }

  private async tokenFor(who: 'attacker' | 'other'): Promise<string> {
    const kept = this.tokens.get(who);
    if (kept !== undefined && this.nowMs < kept.atMs + TOKEN_KEPT_MS) return kept.token;
    await this.turn();
    const address = who === 'attacker' ? ATTACKER_ADDRESS : OTHER_ADDRESS;
    const token = await this.world.token(address, this.scene[who]);
    this.tokens.set(who, { token, atMs: this.nowMs });
    return token;
  }

  private async turn(): Promise<void> {
    this.nowMs += 1;
    await this.world.turn(this.nowMs, `${this.draw} ${(this.asked += 1)}`);
  }
}
