/**
 * Whether a version of a tenant's app is below the minimum. Versions follow Semantic Versioning 2.0.0, compared by §11:
 * 9.10.0 is newer than 9.9.1, and 26.0.0-beta.1 older than 26.0.0.
 */
import semver from 'semver';

export const PLATFORMS = ['android', 'ios', 'desktop'] as const;
export type Platform = (typeof PLATFORMS)[number];

export function isPlatform(text: string): text is Platform {
  return (PLATFORMS as readonly string[]).includes(text);
}

/** MAJOR.MINOR.PATCH, with or without a pre-release. */
export function isVersion(text: string): boolean {
  return text.length <= 64 && semver.valid(text) === text;
}

/** The newest of several minimums; null for none. */
export function newest(versions: readonly (string | null)[]): string | null {
  const [first = null] = versions.filter((version) => version !== null).sort(semver.rcompare);
  return first;
}

/** The minimum that `version` is below. Null if it is new enough. */
export function missedMinimum(version: string, minimum: string | null): string | null {
  return minimum !== null && semver.lt(version, minimum) ? minimum : null;
}
