// The type of a lab attack: a story, and its findings.
import type { Ground } from './server/ground.js';

export interface Attack {
  /** The name on the command line. */
  readonly name: string;
  readonly title: string;
  /** What is counted, and its documented bound. */
  readonly counted: string;
  /** The attacker's means and steps, and a real case. */
  readonly story: string;
  run(scene: Scene): Promise<readonly Finding[]>;
}

export interface Scene {
  readonly ground: Ground;
  readonly seed: string;
  /** Also sends requests that cannot gain anything. */
  readonly isFull: boolean;
  readonly progress: (words: string, share: number) => void;
}

/** One row of the table: a way of the attack, and its gain. */
export interface Finding {
  /** `without a key`. */
  readonly way: string;
  readonly sent: number;
  /** Not sent, because every further request would get the same answer. */
  readonly unsent?: number;
  readonly gained: number;
  /** The counted unit: `numbers confirmed`. */
  readonly unit: string;
  /** The documented bound; null for the twin, which has no bound. */
  readonly bound: number | null;
  /** Kinds of the alerts that it raised. */
  readonly alerts?: readonly string[];
  readonly note?: string;
  /** The gain after this many requests, for the plot. */
  readonly curve?: readonly { readonly sent: number; readonly gained: number }[];
}

export function holds({ gained, bound }: Finding): boolean {
  return bound === null || gained <= bound;
}

/** Requests that are sent after it is clear that they gain nothing; the rest counts as unsent. */
export const SENT_IN_VAIN = 5_000;
