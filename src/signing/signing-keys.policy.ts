/** Decides which key signs and which are published, at an instant. */

/** A key is published this long before it signs, so that every instance and cache has it by then. */
export const LEAD_MS = 10 * 60_000;
/**
 * A superseded key stays published until its last token (5 min) has expired and every cache (5 min) has its successor.
 */
export const AFTERLIFE_MS = 10 * 60_000;

export interface KeyTimes {
  readonly kid: string;
  readonly createdAt: Date;
  readonly signsFrom: Date;
}

/** The newest key that may sign already. Undefined if there is none. */
export function signerOf<Key extends KeyTimes>(keys: readonly Key[], nowMs: number): Key | undefined {
  return byTime(keys).findLast((key) => key.signsFrom.getTime() <= nowMs);
}

/** The keys whose signatures are valid. */
export function publishedOf<Key extends KeyTimes>(keys: readonly Key[], nowMs: number): Key[] {
  const ordered = byTime(keys);
  return ordered.filter((_key, position) => {
    const successor = ordered[position + 1];
    return !successor || nowMs < successor.signsFrom.getTime() + AFTERLIFE_MS;
  });
}

function byTime<Key extends KeyTimes>(keys: readonly Key[]): Key[] {
  return keys.toSorted((a, b) => a.signsFrom.getTime() - b.signsFrom.getTime() || a.kid.localeCompare(b.kid));
}
