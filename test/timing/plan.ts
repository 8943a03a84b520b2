// The measurements of a run and their order. Members of all classes come in random order within short blocks, so that
// disturbances of the machine affect every class alike.
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** The number of members of each class. A block asks about each of them once. */
export interface Members {
  readonly other: number;
  /** The reference and its twin may have more: the control needs times, and the comparisons profit from them. */
  readonly reference: number;
}

export interface Plan {
  readonly mode: 'evidence' | 'quick';
  /** Times kept of each class, alone and under load. */
  readonly samples: number;
  /** The chance of a false alarm among all cells of a run. */
  readonly level: number;
  /** The delay that the run must find once it is added to the twin's times, in standard deviations of both sets together. */
  readonly plantedDeviations: number;
  /** Requests of each class before the first that is kept: the server compiles itself over its first thousands. */
  readonly warmUp: number;
  /** No block of a load starts after this many seconds, once the least number of samples is there. */
  readonly seconds: number;
  readonly members: Members;
  /** Other users, who sign in meanwhile. */
  readonly loadUsers: number;
  readonly out: string;
  /** Names of the selected endpoints; empty: all. */
  readonly endpoints: readonly string[];
}

const EVIDENCE = {
  samples: 60_000,
  level: 0.01,
  plantedDeviations: 0.2,
  warmUp: 1_024,
  seconds: Infinity,
  members: { other: 512, reference: 512 },
  loadUsers: 2_000,
};
const QUICK = {
  samples: 256,
  // A run in CI must not fail by chance once in a hundred.
  level: 0.001,
  plantedDeviations: 0.5,
  warmUp: 24,
  seconds: 7,
  // Twice as many in the pair that has to show the planted delay as in each class.
  members: { other: 6, reference: 12 },
  loadUsers: 32,
};
/** Fewer show nothing, on any machine. */
const LEAST_SAMPLES = 128;

const FLAGS = {
  quick: { type: 'boolean' },
  samples: { type: 'string' },
  out: { type: 'string' },
  endpoint: { type: 'string', multiple: true },
} as const;

export function planFrom(flags: readonly string[], root: string): Plan {
  const { quick = false, samples, out, endpoint = [] } = parseArgs({ args: [...flags], options: FLAGS }).values;
  const chosen = quick
    ? ({ ...QUICK, mode: 'quick', out: join(root, 'coverage/timing') } as const)
    : ({ ...EVIDENCE, mode: 'evidence', out: join(root, 'docs/security/evidence') } as const);
  return {
    ...chosen,
    endpoints: endpoint.flatMap((names) => names.split(',')),
    ...(samples === undefined ? {} : { samples: counted(samples) }),
    ...(out ? { out } : {}),
  };
}

/**
 * The endpoints with the given names, in their own order; all if no name is given.
 * @throws RangeError for an unknown name.
 */
export function selected<Named extends { readonly name: string }>(
  all: readonly Named[],
  names: readonly string[],
): readonly Named[] {
  const known = all.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new RangeError(`--endpoint takes ${known.join(', ')}; not “${unknown}”`);
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

function counted(text: string): number {
  const samples = Number(text);
  if (Number.isInteger(samples) && samples >= LEAST_SAMPLES) return samples;
  throw new RangeError(`--samples takes a whole number from ${LEAST_SAMPLES}`);
}

/** The number of blocks for this many times of each class. */
export function blocksFor(samples: number, { other }: Members): number {
  return Math.ceil(samples / other);
}

/** The share of a load that is done after these blocks and seconds, from 0 to 1. */
export function doneOf({ samples, members, seconds }: Plan, blocks: number, elapsed: number): number {
  const enough = blocksFor(LEAST_SAMPLES, members);
  const byTime = Math.min(blocks / enough, elapsed / seconds);
  return Math.min(1, Math.max(blocks / blocksFor(samples, members), byTime));
}

/** In random order, each order equally likely (Fisher and Yates). */
export function shuffled<Item>(items: readonly Item[]): Item[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [order[last], order[other]] = [order[other] as Item, order[last] as Item];
  }
  return order;
}
