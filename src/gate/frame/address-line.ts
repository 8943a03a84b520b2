// Addresses that the router itself would refuse. It does so before any hook runs, so they would be counted by no throttle,
// or against the proxy they came through.
import { Problem } from '../../platform/errors/problem.js';

/** Longer addresses are 414. The longest of ours has about 150 characters. */
const MAX_URL_LENGTH = 2_048;
/** Longer path segments are 414. The longest parameter, a user id, has 64 characters. */
export const MAX_SEGMENT_LENGTH = 128;
/** An address that no route has. */
export const UNROUTABLE = '/';

export function isRoutable(url: string): boolean {
  return !isTooLong(url) && isDecodable(url);
}

/** @throws Problem `uri_too_long` or `malformed_request` */
export function refuseUnroutable(url: string): void {
  if (isTooLong(url)) throw new Problem('uri_too_long');
  if (!isDecodable(url)) throw new Problem('malformed_request', { detail: 'The address holds a bad escape.' });
}

function isTooLong(url: string): boolean {
  if (url.length > MAX_URL_LENGTH) return true;
  return (
    pathOf(url).length > MAX_SEGMENT_LENGTH &&
    pathOf(url)
      .split('/')
      .some((part) => part.length > MAX_SEGMENT_LENGTH)
  );
}

function isDecodable(url: string): boolean {
  const path = pathOf(url);
  if (!path.includes('%')) return true;
  try {
    return decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
}

function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}
