/**
 * Decides whether a client is enumerating phone numbers. Most numbers of an honest client are registered; most of a
 * list from elsewhere are not. Each number that is new to the client moves its score: up if unregistered, down if
 * registered, never below zero. The score is Wald's sequential test as a threshold random walk, restarted at zero.
 * Source: Jung, Paxson, Berger and Balakrishnan, "Fast Portscan Detection Using Sequential Hypothesis Testing", 2004.
 * Time plays no part: a slow list gets the same score. Pure. A list with more than HONEST_FROM registered numbers is
 * not detected. There the budgets are the bound.
 */

/** Share of registered numbers, of honest clients and of lists. */
const HONEST_HITS = 0.9;
const HARVEST_HITS = 0.3;
/** Probability that an honest client's walk, once started, reaches the limit. */
const FALSE_ALARM = 1e-4;
const WARNING = 1e-2;

const HIT = Math.log(HARVEST_HITS / HONEST_HITS);
const MISS = Math.log((1 - HARVEST_HITS) / (1 - HONEST_HITS));

export const WARNED_AT = -Math.log(WARNING);
export const STOPPED_AT = -Math.log(FALSE_ALARM);
/** Share of registered numbers at which the score stays level: 0.64. */
export const HONEST_FROM = MISS / (MISS - HIT);

export type Level = 'quiet' | 'warned' | 'stopped';

export function levelOf(score: number): Level {
  if (score >= STOPPED_AT) return 'stopped';
  return score >= WARNED_AT ? 'warned' : 'quiet';
}

/** Adds one number. The score stops one miss above the limit, so that registered numbers lower it again. */
export function stepped(score: number, isKnown: boolean): number {
  return Math.min(Math.max(0, score + (isKnown ? HIT : MISS)), STOPPED_AT + MISS);
}

/** A number that is new to the client. */
export interface Seen {
  readonly clientId: string;
  readonly isKnown: boolean;
  /** Whether it is new to the whole tenant. */
  readonly isNewToTenant: boolean;
}

export interface Scores {
  readonly tenant: number;
  /** By client; an absent client has score zero. */
  readonly clients: ReadonlyMap<string, number>;
}

/** A client's or the tenant's score that reached a higher level. */
export interface Rise {
  readonly level: Exclude<Level, 'quiet'>;
  readonly clientId: string | null;
}

export interface Walked {
  readonly scores: Scores;
  readonly rises: readonly Rise[];
  /** Clients whose look-ups are to be blocked. */
  readonly stopped: ReadonlySet<string>;
}

/**
 * The new scores. Ten credentials may be one attacker: if the tenant's own score reaches the limit, every client with a
 * score above zero is blocked. Clients that ask about registered numbers only are not blocked.
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
