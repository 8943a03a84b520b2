// Wakes requests that wait for the decision of a challenge, on any instance. A waiting request holds a map entry and a
// timer. It reads the database at its start, when notified, and at its end.
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../platform/database/database.js';

/** The NOTIFY channel. The transaction that decides sends `challenge.id`. */
export const DECISIONS_CHANNEL = 'countersign_decisions';

/** One waiting request. It starts before the first read, so that no later change is missed. */
export interface Watch {
  /** Resolves when something may have changed since the last read, after `ms` at the latest. */
  next(ms: number): Promise<void>;
  end(): void;
}

/** At this limit the call returns `pending` immediately. */
export const MAX_WAITING = 4_000;
export const MAX_WAITING_OF_CLIENT = 1_000;

// After a gap of the connection every waiter reads again, spread over a second.
const SPREAD_MS = 1_000;

export interface Waiter {
  readonly clientId: string;
  readonly challengeId: string;
  /** Ends when the client has disconnected. */
  readonly gone: AbortSignal;
}

@Injectable()
export class DecisionWaiters implements OnModuleDestroy {
  private readonly waiting = new Map<() => void, Waiter>();
  private readonly byChallenge = new Map<string, Set<() => void>>();
  private readonly byClient = new Map<string, number>();
  private isEnding = false;

  constructor(private readonly database: Database) {}

  /** Null at the limit, or when the service stops. */
  async watch(waiter: Waiter): Promise<Watch | null> {
    if (this.isEnding || this.waiting.size >= MAX_WAITING) return null;
    if ((this.byClient.get(waiter.clientId) ?? 0) >= MAX_WAITING_OF_CLIENT) return null;
    let changed = false;
    let resume: () => void = () => undefined;
    const wake = () => {
      changed = true;
      resume();
    };
    this.add(wake, waiter);
    await this.listening();
    return {
      next: async (ms) => {
        if (!changed && !this.isEnding && !waiter.gone.aborted) await until(ms, (given) => (resume = given));
        changed = false;
      },
      end: () => this.remove(wake, waiter),
    };
  }

  /** The service stops: every wait ends. */
  get isOver(): boolean {
    return this.isEnding;
  }

  onModuleDestroy(): void {
    this.isEnding = true;
    for (const wake of this.waiting.keys()) wake();
  }

  private listening(): Promise<void> {
    return this.database.notifications.listen(DECISIONS_CHANNEL, {
      heard: (challengeId) => {
        for (const wake of this.byChallenge.get(challengeId) ?? []) wake();
      },
      missed: () => this.wakeAll(),
    });
  }

  private wakeAll(): void {
    const wakes = [...this.waiting.keys()];
    for (const [place, wake] of wakes.entries()) setTimeout(wake, (place * SPREAD_MS) / wakes.length).unref();
  }

  private add(wake: () => void, { clientId, challengeId, gone }: Waiter): void {
    this.waiting.set(wake, { clientId, challengeId, gone });
    this.byChallenge.set(challengeId, (this.byChallenge.get(challengeId) ?? new Set()).add(wake));
    this.byClient.set(clientId, (this.byClient.get(clientId) ?? 0) + 1);
    gone.addEventListener('abort', wake);
  }

  private remove(wake: () => void, { clientId, challengeId, gone }: Waiter): void {
    gone.removeEventListener('abort', wake);
    this.waiting.delete(wake);
    const others = this.byChallenge.get(challengeId);
    others?.delete(wake);
    if (others?.size === 0) this.byChallenge.delete(challengeId);
    const left = (this.byClient.get(clientId) ?? 1) - 1;
    if (left === 0) this.byClient.delete(clientId);
    else this.byClient.set(clientId, left);
  }
}

function until(ms: number, resumable: (resume: () => void) => void): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    resumable(() => {
      clearTimeout(timer);
      done();
    });
  });
}
