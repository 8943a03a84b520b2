// Creates the members of classes through the service's own routes, a few at a time. Enrolled, locked and removed users
// reach their state as real users do.
import { enrolled, type EnrolledUser } from '../support/api.js';
import type { Stage } from '../support/stage.js';
import type { Asked } from './endpoint.js';
import { shuffled } from './plan.js';

const AT_ONCE = 8;
const ID_LENGTH = 14;

/** All ids have the same length for every kind: a longer path would take longer to read. */
export function idsOf(kind: string, count: number): string[] {
  return Array.from(
    { length: count },
    (_none, number) => `${kind}-${String(number).padStart(ID_LENGTH - kind.length - 1, '0')}`,
  );
}

/** The load: right codes of other users. Each is accepted once between two restorations, and then refused as used. */
export async function signIns(stage: Stage, count: number): Promise<Asked[]> {
  const users = await each(idsOf('load', count), (userId) => stage.user(userId));
  return users.map((user) => ({ path: `/v1/users/${user.userId}/verify`, body: { code: stage.right(user) } }));
}

export interface Kind {
  /** The beginning of their ids. */
  readonly kind: string;
  readonly count: number;
  /** The token of their tenant; the stage's own tenant if absent. */
  readonly token?: string;
  /** Their only factor is still pending. */
  readonly isOpenOnly?: boolean;
}

/**
 * Enrols the users of all kinds in random order. In kind order, each kind would have its own places in tables and
 * indexes, and their cost would look like a cost of the kind.
 */
export async function begun(stage: Stage, kinds: readonly Kind[]): Promise<Map<string, EnrolledUser[]>> {
  const order = shuffled(kinds.flatMap((kind) => idsOf(kind.kind, kind.count).map((userId) => ({ ...kind, userId }))));
  const users = new Map<string, EnrolledUser[]>();
  await each(order, async ({ kind, userId, token = stage.token, isOpenOnly }) => {
    const user = isOpenOnly ? await open(stage, userId) : await enrolled(stage.service.url, token, userId, stage.nowMs);
    users.set(kind, [...(users.get(kind) ?? []), user]);
  });
  return users;
}

async function open(stage: Stage, userId: string): Promise<EnrolledUser> {
  const { id, secret } = await stage.open(userId);
  return { userId, factorId: id, secret };
}

/** Five wrong codes each. The clock stands still, so that they stay locked. */
export function lock(stage: Stage, users: readonly EnrolledUser[]): Promise<EnrolledUser[]> {
  return each(users, async (user) => {
    for (const code of stage.wrong(user, 5)) await stage.verify(user.userId, code);
    return user;
  });
}

/** The current code of each is accepted now, and counts as used afterwards. */
export function use(stage: Stage, users: readonly EnrolledUser[]): Promise<EnrolledUser[]> {
  return each(users, async (user) => {
    await stage.verify(user.userId, stage.right(user));
    return user;
  });
}

export function remove(stage: Stage, users: readonly EnrolledUser[]): Promise<EnrolledUser[]> {
  return each(users, async (user) => {
    const body = { code: stage.right(user), action: 'factors.remove' };
    const proof = await stage.post(`/v1/users/${user.userId}/verify`, body);
    const { assertion } = proof.json() as { assertion: string };
    const { status } = await stage.remove(user.userId, user.factorId, { assertion });
    if (status !== 204) throw new Error(`a factor was not removed: ${status}`);
    return user;
  });
}

async function each<Item, Made>(items: readonly Item[], make: (item: Item) => Promise<Made>): Promise<Made[]> {
  const made: Made[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE)
    made.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(make))));
  return made;
}
