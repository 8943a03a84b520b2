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

@Injectable()
export class Decisions implements OnModuleDestroy {
  private readonly wakes = new Map<string, Set<() => void>>();
  private isEnding = false;

  constructor(private readonly database: Database) {}

  async watch(challengeId: string, gone: AbortSignal): Promise<Watch> {
    let changed = false;
    let resume: () => void = () => undefined;
    const wake = () => {
      changed = true;
      resume();
    };
    this.wakesOf(challengeId).add(wake);
    gone.addEventListener('abort', wake);
    await this.listening();
    return {
      next: async (ms) => {
        if (!changed && !this.isEnding) await until(ms, (given) => (resume = given));
        changed = false;
      },
      end: () => {
        gone.removeEventListener('abort', wake);
        this.forget(challengeId, wake);
      },
    };
  }

  /** The service ends: nobody is kept waiting. */
  get isOver(): boolean {
    return this.isEnding;
  }

  onModuleDestroy(): void {
    this.isEnding = true;
    this.wakeAll();
  }

  private listening(): Promise<void> {
    return this.database.notifications.listen(DECISIONS_CHANNEL, {
      heard: (challengeId) => {
        for (const wake of this.wakes.get(challengeId) ?? []) wake();
      },
      missed: () => this.wakeAll(),
    });
  }

  private wakeAll(): void {
    for (const wakes of this.wakes.values()) for (const wake of wakes) wake();
  }

  private wakesOf(challengeId: string): Set<() => void> {
    const known = this.wakes.get(challengeId) ?? new Set();
    this.wakes.set(challengeId, known);
    return known;
  }

  private forget(challengeId: string, wake: () => void): void {
    const wakes = this.wakes.get(challengeId);
    wakes?.delete(wake);
    if (wakes?.size === 0) this.wakes.delete(challengeId);
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
