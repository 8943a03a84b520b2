/**
 * The limits of look-ups and messages. Each budget is counted in 25 slots of 1/24 of its window (budgets.repository.ts), so that
 * no window, whenever it starts, exceeds the limit. Spent units return at most one slot late. Pure.
 */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Limit {
  readonly most: number;
  /** Milliseconds; a multiple of 24. */
  readonly windowMs: number;
}

/** A limit of one subject: a client, a number, a pair. */
export interface Budget extends Limit {
  /** The name of the limit. Each name is counted separately. */
  readonly name: string;
  /** The subject. Stored as a keyed hash only. */
  readonly subject: string;
}

const limit = (most: number, windowMs: number): Limit => ({ most, windowMs });

// Adding a limit? Also: docs/data/limits.json.
export const LIMITS = {
  'look-ups of a client, burst': limit(50, HOUR),
  'look-ups of a client': limit(100, DAY),
  'look-ups of a tenant': limit(300, DAY),
  // Seen within the day: the same question again is free.
  'pair of user and number': limit(1, DAY),
  'numbers of a user': limit(5, DAY),
  'users of a number': limit(5, DAY),
  // Limits for strangers. The same amount again is reserved for known addresses (`blindBudgets`).
  'blind look-ups of a client': limit(500, DAY),
  'blind look-ups of a number': limit(3, HOUR),
  'blind look-ups of a number a day': limit(10, DAY),
  'blind look-ups of a block': limit(50, HOUR),
  'blind look-ups of an address': limit(20, HOUR),
  'blind look-ups of an address a day': limit(100, DAY),
  // In addition to the first code.
  'codes asked for again': limit(1, 30 * SECOND),
  'codes asked for again in all': limit(4, 10 * MINUTE),
  'codes of a user': limit(1, 30 * SECOND),
  'codes of a user in ten minutes': limit(5, 10 * MINUTE),
  'codes of a user a day': limit(20, DAY),
  'codes of an address': limit(60, HOUR),
  'enrolments of a user': limit(5, DAY),
  'enrolments of a number': limit(15, DAY),
  'enrolments of a block': limit(50, HOUR),
  'codes of challenges to a number': limit(100, DAY),
  // Limits the alerts of a limit that is used up.
  'alerts of a limit': limit(1, HOUR),
  // Counters for the conversion, not limits. Each number counts once a day.
  'numbers of a block that were used': limit(1_000_000_000, DAY),
  'numbers of a block that were not': limit(1_000_000_000, DAY),
  'number was used': limit(1, DAY),
  'number was not used': limit(1, DAY),
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;

export function budget(name: LimitName, subject: string): Budget {
  return { ...LIMITS[name], name, subject };
}

/** The charges of every answer to a look-up, yes or no. */
export function lookUpBudgets(clientId: string): Budget[] {
  return [
    budget('look-ups of a client, burst', clientId),
    budget('look-ups of a client', clientId),
    budget('look-ups of a tenant', ''),
  ];
}

export interface CodeRequest {
  readonly clientId: string;
  readonly purpose: 'enrolment' | 'challenge';
  readonly userId: string;
  /** A keyed hash of the end user's network, in hex, if the request names it. */
  readonly address?: string | undefined;
  /** Of a new enrolment, keyed hashes in hex. */
  readonly enrols?: { readonly number: string; readonly block: string } | undefined;
}

/**
 * The charges of a request for a code, resent ones too, whether or not the user has a phone. SECURITY(T-51): `own`
 * counts this client's requests. The visible effect, on the tenant's cap, may depend on `own` but not on `all`, the
 * same limits over all clients.
 */
export function codeBudgets({ clientId, address, ...request }: CodeRequest): { own: Budget[]; all: Budget[] } {
  const all = [...userBudgets(request), ...enrolmentBudgets(request)];
  // Not over all clients: a code that does not arrive on the client's own phone would reveal requests of others.
  const ofAddress = address === undefined ? [] : [budget('codes of an address', address)];
  const ofBlock = request.enrols ? [budget('enrolments of a block', request.enrols.block)] : [];
  return { own: [...all, ...ofAddress, ...ofBlock].map((each) => ofClient(clientId, each)), all };
}

function userBudgets({ purpose, userId }: Omit<CodeRequest, 'clientId'>): Budget[] {
  const subject = `${purpose} ${userId}`;
  return [budget('codes of a user in ten minutes', subject), budget('codes of a user a day', subject)];
}

function enrolmentBudgets({ userId, enrols }: Omit<CodeRequest, 'clientId'>): Budget[] {
  if (enrols === undefined) return [];
  return [budget('enrolments of a user', userId), budget('enrolments of a number', enrols.number)];
}

/** The same limit for one client. */
function ofClient(clientId: string, { name, subject, ...limits }: Budget): Budget {
  return { ...limits, name: `${name}, of a client`, subject: `${clientId} ${subject}` };
}

/** Requests for codes of a tenant, for enrolments and challenges. The tenant sets the limit. */
export function tenantBudgets(dailyCap: number): Budget[] {
  return capped('codes of a tenant', dailyCap);
}

export interface BlindRequest {
  readonly clientId: string;
  /** Keyed hashes, in hex. */
  readonly number: string;
  readonly block: string;
  /** Undefined if the request did not name the end user's address. */
  readonly address: string | undefined;
  /** This client's look-up was answered from this address within 30 days. */
  readonly isKnownAddress: boolean;
  /** The tenant's limit of blind look-ups a day. */
  readonly blindCap: number;
}

/**
 * The charges of a blind look-up, the same for every number. It is refused if `own` or `shared` is used up. If
 * `ofNumber` is used up, no code is sent. `shared` is the limit that affects other people. SECURITY(T-44): strangers
 * get half of every limit that they share with others; known addresses have the other half. SECURITY(T-51): a refusal
 * depends on this client's own requests about the number, and on the number of requests of all clients about any
 * number. `ofNumber` counts those of all clients about this one.
 */
export function blindBudgets(request: BlindRequest): { own: Budget[]; shared: Budget[]; ofNumber: Budget[] } {
  const { clientId, number, block, address, isKnownAddress, blindCap } = request;
  const halved = (each: Budget): Budget[] => (isKnownAddress ? [doubled(each)] : [doubled(each), each]);
  const byClient = (each: Budget): Budget => ofClient(clientId, each);
  const anHour = halved(budget('blind look-ups of a number', number));
  const aDay = halved(budget('blind look-ups of a number a day', number));
  const ofStrangers = [
    byClient(budget('blind look-ups of a block', block)),
    ...capped('blind look-ups of strangers', blindCap / 2),
  ];
  const shared = [
    ...aDay.map(byClient),
    ...halved(budget('blind look-ups of a client', clientId)),
    ...capped('blind look-ups of a tenant', blindCap),
    ...(isKnownAddress ? [] : ofStrangers),
  ];
  const own = [...addressBudgets(address), ...anHour].map(byClient);
  return { own, shared, ofNumber: [...anHour, ...aDay] };
}

function addressBudgets(address: string | undefined): Budget[] {
  if (address === undefined) return [];
  return [budget('blind look-ups of an address', address), budget('blind look-ups of an address a day', address)];
}

function doubled({ name, most, ...rest }: Budget): Budget {
  return { ...rest, name: `${name}, all`, most: 2 * most };
}

/** This many a day, and a quarter of it an hour. */
function capped(name: string, most: number): Budget[] {
  return [
    { name: `${name} an hour`, subject: '', most: Math.ceil(most / 4), windowMs: HOUR },
    { name, subject: '', most: Math.ceil(most), windowMs: DAY },
  ];
}

/** Below this many numbers a block is not checked. Above it, a fifth of its numbers has to be used. */
export const CHECKED_FROM = 20;
const LEAST_SHARE = 0.2;

/** SECURITY(T-39): unused codes indicate toll fraud. Both are counts of different numbers. */
export function isPumped({ used, unused }: { used: number; unused: number }): boolean {
  return unused >= CHECKED_FROM && used < (used + unused) * LEAST_SHARE;
}
