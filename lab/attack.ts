// What an attack of the lab is: a story, and what came of it.
import type { Ground } from './server/ground.js';

export interface Attack {
  /** As it is called on the command line. */
  readonly name: string;
  readonly title: string;
  /** What the attacker holds and tries; where it happened. */
  readonly story: string;
  run(scene: Scene): Promise<readonly Finding[]>;
}

export interface Scene {
  readonly ground: Ground;
  readonly seed: string;
  /** Sends what would be counted as unsent. */
  readonly isFull: boolean;
  readonly progress: (words: string, share: number) => void;
}

/** One row of the table: a way of trying it, and what was gained. */
export interface Finding {
  /** `without a key`. */
  readonly way: string;
  readonly sent: number;
  /** Not sent any more, for every further request would have been answered the same. */
  readonly unsent?: number;
  readonly gained: number;
  /** What is counted: `numbers confirmed`. */
  readonly unit: string;
  /** No more than this is documented; null for the twin, which has no bound. */
  readonly bound: number | null;
  /** Kinds of alerts that were raised by it. */
  readonly alerts?: readonly string[];
  readonly note?: string;
  /** Gained after so many requests: for the plot. */
  readonly curve?: readonly { readonly sent: number; readonly gained: number }[];
}

export function holds({ gained, bound }: Finding): boolean {
  return bound === null || gained <= bound;
}

/** Requests that are sent after it is clear that nothing more is gained; the rest counts as unsent. */
export const SENT_IN_VAIN = 5_000;
