// Challenges and recoveries as the model knows them.
import type { ClientName, Factor, Model, Party } from './model.js';

export interface Challenge {
  readonly id: string;
  readonly client: ClientName;
  readonly type: Factor['type'];
  /** The only factor that may answer; null: any of the type. */
  readonly factor: Factor | null;
  readonly action: string;
  readonly endsAtMs: number;
  answers: number;
  isApproved: boolean;
}

export interface Recovery {
  readonly id: string;
  readonly by: Party;
  readonly client: ClientName;
  stage: 'asked' | 'delayed' | 'ticketed' | 'enrolling';
  opensAtMs: number | null;
  endsAtMs: number;
  /** Known to the party that fetched it, and to both parties after it was used. */
  ticket: string | null;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

export function isHeld({ isApproved, answers, endsAtMs }: Challenge, nowMs: number): boolean {
  return !isApproved && answers < 5 && nowMs < endsAtMs;
}

/** Whether this is the recovery in the user's row, and is not over. */
export function isOpen(model: Model, recovery: Recovery | null): recovery is Recovery {
  return recovery !== null && model.recovery === recovery && model.nowMs < recovery.endsAtMs;
}

/** 24 hours from here, and then for 24 hours. */
export function delayFrom(nowMs: number): Pick<Recovery, 'stage' | 'opensAtMs' | 'endsAtMs'> {
  return { stage: 'delayed', opensAtMs: nowMs + 24 * HOUR_MS, endsAtMs: nowMs + 48 * HOUR_MS };
}
