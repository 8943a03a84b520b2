// The matrix of stolen credentials: each kind of list, at each speed, with each number of credentials. Each cell has
// its own tenant, and most cells run several times.
import type { Credentials } from '../../test/support/service.js';
import { Random } from '../random.js';
import { quantile, mostWithin } from '../scoring/score.js';
import type { Ground, Held, LabTenant } from '../server/ground.js';
import { isFound, listOf, STRATEGIES, type Strategy } from './lists.js';
import { Thief } from './thief.js';

export const SPEEDS = [1_000, 100, 10, 1] as const;
export const CREDENTIALS = [1, 10, 100] as const;
/** The documented limits (docs/limits.md): answers within any 24 hours, for a client and for a tenant. */
export const CLIENT_A_DAY = 100;
export const TENANT_A_DAY = 300;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Runs of a cell, by its credentials; lists that only the budget bounds run once. */
const RUNS: Readonly<Record<number, number>> = { 1: 6, 10: 6, 100: 1 };
/** Requests after the end, of one run in each cell; together some thousand. `--full` sends all. */
const IN_VAIN = 100;

export interface CellKey {
  readonly strategy: Strategy;
  readonly perHour: number;
  readonly credentials: number;
}

export interface Cell extends CellKey {
  readonly runs: number;
  /** Runs whose last credential lost its look-ups. */
  readonly stopped: number;
  readonly answered: { readonly median: number; readonly most: number };
  readonly exposed: { readonly median: number; readonly p95: number };
  /** Hours of the month until the last credential was stopped, and until the first alert; null if most runs had none. */
  readonly hoursToStop: number | null;
  readonly hoursToAlert: number | null;
  /** Exposed numbers at the end of each day, at the median. */
  readonly byDay: readonly number[];
  readonly mostOfClientADay: number;
  readonly mostOfTenantADay: number;
  readonly sent: number;
  readonly unsent: number;
  readonly isWithinBudget: boolean;
}

export interface Robbery {
  readonly key: CellKey;
  readonly thief: Thief;
}

export interface MatrixPlan {
  readonly ground: Ground;
  readonly seed: string;
  readonly days: number;
  readonly isFull: boolean;
}

export function cells(): CellKey[] {
  return STRATEGIES.flatMap((strategy) =>
    SPEEDS.flatMap((perHour) => CREDENTIALS.map((credentials) => ({ strategy, perHour, credentials }))),
  );
}

/** The tenants, their numbers and their thieves. */
export async function robberies({ ground, seed, days, isFull }: MatrixPlan): Promise<Robbery[]> {
  const runs = cells().flatMap((key) =>
    Array.from({ length: isFound(key.strategy) ? (RUNS[key.credentials] ?? 1) : 1 }, (_none, run) => ({ key, run })),
  );
  const tenants = await ground.tenants(runs.map(({ key }) => ({ clients: key.credentials })));
  const held: Held[] = [];
  const made = runs.map(({ key, run }, index) => {
    const tenant = tenants[index];
    if (tenant === undefined) throw new Error('a tenant is missing');
    const random = new Random(seed, key.strategy, key.perHour, key.credentials, run);
    const list = listOf(key.strategy, lengthOf(key, days), random);
    held.push(...list.filter(({ isRegistered }) => isRegistered).map(({ phoneNumber }) => ({ tenant, phoneNumber })));
    const callers = tenant.clients.map((client) => callerOf(ground, client, random));
    const inVain = isFull ? Infinity : run === 0 ? IN_VAIN : 0;
    return { key, thief: new Thief({ tenant, callers, list, perHour: key.perHour, inVain }) };
  });
  await ground.plant(held);
  return made;
}

function callerOf(ground: Ground, client: Credentials, random: Random) {
  return ground.caller(client, () => random.address());
}

/** As many numbers as the limits, or the speed, allow within the month; no list ends before. */
function lengthOf({ strategy, perHour, credentials }: CellKey, days: number): number {
  // Ten credentials are stopped long before.
  if (isFound(strategy) && credentials < 100) return 800;
  const aDay = Math.min(TENANT_A_DAY, credentials * Math.min(CLIENT_A_DAY, 24 * perHour));
  return Math.ceil(1.1 * aDay * (days + 1));
}

/** The first alert of a tenant after this moment; null without an alert. */
export type FirstAlert = (tenant: LabTenant) => Promise<number | null>;

export async function scored(all: readonly Robbery[], firstAlert: FirstAlert): Promise<Cell[]> {
  const result: Cell[] = [];
  for (const key of cells()) {
    const thieves = all.filter((robbery) => isSame(robbery.key, key)).map(({ thief }) => thief);
    const alerts = await Promise.all(thieves.map(({ tenant }) => firstAlert(tenant)));
    result.push({ ...key, ...figuresOf(thieves, alerts) });
  }
  return result;
}

function isSame(a: CellKey, b: CellKey): boolean {
  return a.strategy === b.strategy && a.perHour === b.perHour && a.credentials === b.credentials;
}

function figuresOf(thieves: readonly Thief[], alerts: readonly (number | null)[]): Omit<Cell, keyof CellKey> {
  const loots = thieves.map(({ loot }) => loot);
  const hours = (times: readonly (number | null)[]) => {
    const known = times.flatMap((atMs, index) => {
      const firstMs = loots[index]?.firstMs ?? null;
      return atMs === null || firstMs === null ? [] : [(atMs - firstMs) / HOUR_MS];
    });
    return 2 * known.length < loots.length ? null : quantile(known, 0.5);
  };
  const [ofClient, ofTenant] = [Math.max(...loots.map(mostOfClient)), Math.max(...loots.map(mostOfTenant))];
  const of = (pick: (loot: (typeof loots)[number]) => number) => loots.map(pick);
  return {
    runs: loots.length,
    stopped: loots.filter(({ stoppedMs }) => stoppedMs !== null).length,
    answered: {
      median: quantile(
        of(({ answered }) => answered),
        0.5,
      ),
      most: Math.max(...of(({ answered }) => answered)),
    },
    exposed: {
      median: quantile(
        of(({ exposed }) => exposed),
        0.5,
      ),
      p95: quantile(
        of(({ exposed }) => exposed),
        0.95,
      ),
    },
    hoursToStop: hours(loots.map(({ stoppedMs }) => stoppedMs)),
    hoursToAlert: hours(alerts),
    byDay: (loots[0]?.byDay ?? []).map((_exposed, day) =>
      quantile(
        of(({ byDay }) => byDay[day] ?? NaN),
        0.5,
      ),
    ),
    mostOfClientADay: ofClient,
    mostOfTenantADay: ofTenant,
    sent: of(({ answered, refused }) => answered + refused).reduce((sum, count) => sum + count, 0),
    unsent: of(({ unsent }) => unsent).reduce((sum, count) => sum + count, 0),
    isWithinBudget: ofClient <= CLIENT_A_DAY && ofTenant <= TENANT_A_DAY,
  };
}

type Loot = Thief['loot'];

function mostOfTenant({ answers }: Loot): number {
  return mostWithin(
    answers.map(({ atMs }) => atMs),
    DAY_MS,
  );
}

function mostOfClient({ answers }: Loot): number {
  const byCredential = new Map<number, number[]>();
  for (const { atMs, credential } of answers) {
    const times = byCredential.get(credential) ?? [];
    byCredential.set(credential, times);
    times.push(atMs);
  }
  return Math.max(0, ...[...byCredential.values()].map((times) => mostWithin(times, DAY_MS)));
}
