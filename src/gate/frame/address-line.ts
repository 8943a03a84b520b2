// URLs that the router would refuse before any hook. They would not be rate limited, or count against the proxy's
// address.
import { Problem } from '../../platform/errors/problem.js';

/** Longer URLs get 414. The longest of this service has about 150 characters. */
const MAX_URL_LENGTH = 2_048;
/** Longer path segments get 414. The longest parameter, a user id, has 64 characters. */
export const MAX_SEGMENT_LENGTH = 128;
/** A URL without a route. */
export const UNROUTABLE = '/';

export function isRoutable(url: string): boolean {
  return !isTooLong(url) && isDecodable(url);
}

/** @throws Problem `uri_too_long` or `malformed_request` */
export function refuseUnroutable(url: string): void {
  if (isTooLong(url)) throw new Problem('uri_too_long');
  if (!isDecodable(url)) throw new Problem('malformed_request', { detail: 'The URL has an invalid escape sequence.' });
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
