/**
 * Whether whoever asks about numbers knows them. Of people who are there, most numbers are known; of a list from elsewhere, few are. Each
 * number that is new to the asker moves a score, up for one that nobody has, down for one that somebody has, and never below zero: Wald's
 * sequential test as a threshold random walk (Jung, Paxson, Berger and Balakrishnan, "Fast Portscan Detection Using Sequential Hypothesis
 * Testing", 2004), begun anew wherever it stands at zero. Time plays no part, so that slowness does not help. Pure.
 *
 * It is blind to a list of which more than HONEST_FROM is known: there the budgets are the bound.
 */

/** Share of numbers that are known to honest askers, and to those who try a list. */
const HONEST_HITS = 0.9;
const HARVEST_HITS = 0.3;
/** Chance that an honest asker's walk, once begun, gets to the end. */
const FALSE_ALARM = 1e-4;
const WARNING = 1e-2;

const HIT = Math.log(HARVEST_HITS / HONEST_HITS);
const MISS = Math.log((1 - HARVEST_HITS) / (1 - HONEST_HITS));

export const WARNED_AT = -Math.log(WARNING);
export const STOPPED_AT = -Math.log(FALSE_ALARM);
/** Where the walk goes neither up nor down: 0.64. */
export const HONEST_FROM = MISS / (MISS - HIT);

export type Level = 'quiet' | 'warned' | 'stopped';

export function levelOf(score: number): Level {
  if (score >= STOPPED_AT) return 'stopped';
  return score >= WARNED_AT ? 'warned' : 'quiet';
}

/** One number further. The score ends one miss above the line, so that it comes down again where everything is known. */
export function stepped(score: number, isKnown: boolean): number {
  return Math.min(Math.max(0, score + (isKnown ? HIT : MISS)), STOPPED_AT + MISS);
}

/** One number that a client asked about and had not asked about before. */
export interface Seen {
  readonly clientId: string;
  readonly isKnown: boolean;
  /** No other client of the tenant had asked about it either. */
  readonly isNewToTenant: boolean;
}

export interface Scores {
  readonly tenant: number;
  /** By client; who is not there stands at zero. */
  readonly clients: ReadonlyMap<string, number>;
}

/** A score that came to a higher level: of a client, or of the tenant over all its clients. */
export interface Rise {
  readonly level: Exclude<Level, 'quiet'>;
  readonly clientId: string | null;
}

export interface Walked {
  readonly scores: Scores;
  readonly rises: readonly Rise[];
  /** Clients that are to look up nothing more. */
  readonly stopped: ReadonlySet<string>;
}

/**
 * What becomes of the scores. Ten credentials are one attacker: where the tenant's own walk is at its end, every client stops whose walk
 * is not at zero. Those that ask about known numbers only go on.
 */
export function walked({ tenant: from, clients: begun }: Scores, seen: readonly Seen[]): Walked {
  const [clients, rises, stopped] = [new Map(begun), [] as Rise[], new Set<string>()];
  let tenant = from;
  for (const { clientId, isKnown, isNewToTenant } of seen) {
    const before = clients.get(clientId) ?? 0;
    const after = stepped(before, isKnown);
    clients.set(clientId, after);
    rises.push(...riseBetween(before, after, clientId));
    const wasTenant = tenant;
    if (isNewToTenant) tenant = stepped(tenant, isKnown);
    rises.push(...riseBetween(wasTenant, tenant, null));
    const isOver = levelOf(tenant) === 'stopped';
    for (const [client, score] of clients)
      if (levelOf(score) === 'stopped' || (isOver && score > 0)) stopped.add(client);
  }
  return { scores: { tenant, clients }, rises, stopped };
}

function riseBetween(before: number, after: number, clientId: string | null): Rise[] {
  const level = levelOf(after);
  return after > before && level !== 'quiet' && level !== levelOf(before) ? [{ level, clientId }] : [];
}
