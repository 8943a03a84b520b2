// Thirty days in half hours: every participant does its due work, then the detectors run, then the clock moves on.
import type { Ground } from '../server/ground.js';

const MINUTE = 60_000;
export const TICK_MS = 30 * MINUTE;
export const DAYS = 30;
const TICKS_A_DAY = 48;

export interface Tick {
  readonly nowMs: number;
  /** 0 to 23. */
  readonly hour: number;
  /** From 0. */
  readonly day: number;
}

export interface Actor {
  /** Does the due work of this half hour. */
  act(tick: Tick): Promise<void>;
}

export interface Course {
  readonly ground: Ground;
  readonly actors: readonly Actor[];
  /** The number of all tenants. */
  readonly tenants: number;
  readonly days: number;
  readonly progress: (day: number) => void;
}

export async function run({ ground, actors, tenants, days, progress }: Course): Promise<void> {
  const startMs = ground.nowMs;
  for (let index = 0; index < days * TICKS_A_DAY; index += 1) {
    const nowMs = startMs + index * TICK_MS;
    await ground.at(nowMs);
    const hour = new Date(nowMs).getUTCHours();
    const tick = { nowMs, hour, day: Math.floor(index / TICKS_A_DAY) };
    await Promise.all(actors.map((actor) => actor.act(tick)));
    await ground.look(tenants);
    if (index % TICKS_A_DAY === TICKS_A_DAY - 1) progress(tick.day + 1);
  }
}
