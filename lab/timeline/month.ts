// The month: every cell of the matrix and every honest tenant on one timeline, at one service.
import type { Scene } from '../attack.js';
import type { Ground, LabTenant } from '../server/ground.js';
import { alertsOf, type Alert } from '../server/watched.js';
import { robberies, scored, type Cell } from './matrix.js';
import { Neighbours, type NeighboursOutcome } from './neighbours.js';
import { run } from './timeline.js';

const CANARY_KIND = 'canary_number_asked';
const HARVEST_KINDS = ['users_asked_without_proof', 'unknown_users_asked', 'user_lists_stopped'];
const GUESS_KINDS = [
  'codes_sprayed',
  'user_guessed',
  'many_users_locked',
  'users_worn_down',
  'unlocks_repeated',
  'step_ups_refused',
];

export interface Month {
  readonly days: number;
  readonly cells: readonly Cell[];
  readonly honest: NeighboursOutcome & {
    /** Alerts of all honest tenants, by kind. */
    readonly alerts: Readonly<Record<string, number>>;
    readonly canaryAlerts: number;
    readonly harvestAlerts: number;
    readonly guessAlerts: number;
  };
}

export async function month({ ground, seed, isFull, progress }: Scene, days: number): Promise<Month> {
  progress('setting the scene', 0);
  const all = await robberies({ ground, seed, days, isFull });
  const neighbours = await Neighbours.of(ground, seed, days);
  const actors = [...all.map(({ thief }) => thief), ...neighbours.actors];
  const tenants = all.length + neighbours.tenants.length;
  await run({ ground, actors, tenants, days, progress: (day) => progress(`day ${day} of ${days}`, day / days) });
  const alerts = await kindsOf(ground, neighbours.tenants);
  return {
    days,
    cells: await scored(all, async (tenant) => firstOf(await alertsOf(ground, tenant))),
    honest: {
      ...neighbours.outcome(days),
      alerts,
      canaryAlerts: alerts[CANARY_KIND] ?? 0,
      harvestAlerts: countOf(alerts, HARVEST_KINDS),
      guessAlerts: countOf(alerts, GUESS_KINDS),
    },
  };
}

async function kindsOf(ground: Ground, tenants: readonly LabTenant[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const tenant of tenants)
    for (const { kind } of await alertsOf(ground, tenant)) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function countOf(alerts: Readonly<Record<string, number>>, kinds: readonly string[]): number {
  return kinds.reduce((sum, kind) => sum + (alerts[kind] ?? 0), 0);
}

function firstOf(alerts: readonly Alert[]): number | null {
  const times = alerts.map(({ firstAt }) => Date.parse(firstAt));
  return times.length === 0 ? null : Math.min(...times);
}
