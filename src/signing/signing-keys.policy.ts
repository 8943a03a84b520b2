/** Which signing key signs, and which are still published, at an instant. */

/** A key is published this long before it signs, so that every instance and every cache knows it by then. */
export const LEAD_MS = 10 * 60_000;
/** A superseded key stays published until its last token (5 min) is over and no cache (5 min) can lack its successor. */
export const AFTERLIFE_MS = 10 * 60_000;

export interface KeyTimes {
  readonly kid: string;
  readonly createdAt: Date;
  readonly signsFrom: Date;
}

/** The newest key whose time has come; undefined when there is none. */
export function signerOf<Key extends KeyTimes>(keys: readonly Key[], nowMs: number): Key | undefined {
  return byTime(keys).findLast((key) => key.signsFrom.getTime() <= nowMs);
}

/** The keys whose signatures count. */
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
