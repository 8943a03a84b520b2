// Tells who waits for a challenge that it was decided, on whatever instance. A waiting request holds a place in a map and a
// timer, and asks the database when it begins, when it is told, and when its time is over.
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../platform/database/database.js';

/** Where `challenge.id` is told in the transaction that decides it. */
export const DECISIONS_CHANNEL = 'countersign_decisions';

/** Of one waiting request; it begins before the first look, so that nothing that happens after that look is missed. */
export interface Watch {
  /** Resolves when something may have changed since the last look, after `ms` at the latest. */
  next(ms: number): Promise<void>;
  end(): void;
}

/** Beyond these nobody waits: the answer is that it is pending, at once. */
export const MAX_WAITING = 4_000;
export const MAX_WAITING_OF_CLIENT = 1_000;

// After a gap everybody looks once more, over a second and not at one instant.
const SPREAD_MS = 1_000;

export interface Waiter {
  readonly clientId: string;
  readonly challengeId: string;
  /** Ends when nobody is there any more to be answered. */
  readonly gone: AbortSignal;
}

@Injectable()
export class DecisionWaiters implements OnModuleDestroy {
  private readonly waiting = new Map<() => void, Waiter>();
  private readonly byChallenge = new Map<string, Set<() => void>>();
  private readonly byClient = new Map<string, number>();
  private isEnding = false;

  constructor(private readonly database: Database) {}

  /** Null when there are too many, or the service ends. */
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

  /** The service ends: nobody is kept waiting. */
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
