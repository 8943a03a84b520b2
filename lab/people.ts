// Users that an application enrols before an attack starts.
import { totpAt, type EnrolledUser } from '../test/support/api.js';
import type { Caller } from './server/caller.js';
import type { Ground } from './server/ground.js';

const AT_ONCE = 8;
const STEP_MS = 30_000;

/** Each has an authenticator, confirmed by the code of the previous step, so that the current code is unused. */
export async function people({
  ground,
  caller,
  names,
}: {
  readonly ground: Ground;
  /** A client with `factors:write`. */
  readonly caller: Caller;
  readonly names: readonly string[];
}): Promise<EnrolledUser[]> {
  return each(names, async (userId) => {
    const opened = await caller.post(`/v1/users/${userId}/factors/totp`, {});
    if (opened.status !== 201) throw new Error(`not opened: ${opened.status} ${opened.text}`);
    const { id, secret } = opened.json() as { id: string; secret: string };
    const body = { code: totpAt(secret, ground.nowMs - STEP_MS) };
    const confirmed = await caller.post(`/v1/users/${userId}/factors/${id}/confirm`, body);
    if (confirmed.status !== 200) throw new Error(`not confirmed: ${confirmed.status} ${confirmed.text}`);
    return { userId, factorId: id, secret };
  });
}

/** A few at a time; the results are in the order of the items. */
export async function each<Item, Outcome>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      outcomes[index] = await work(items[index] as Item, index);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return outcomes;
}

export function theOnly<Item>([first]: readonly Item[]): Item {
  if (first === undefined) throw new Error('the list is empty');
  return first;
}

/** `person-0007`: all of the same length, because a longer path takes longer to read. */
export function namesOf(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_none, index) => `${kind}-${String(index).padStart(4, '0')}`);
}
