/** Checks the form of a tenant's URL. Outbound checks its destination at each call. Pure. */

export const MAX_ADDRESS = 2_000;

/**
 * `https://`, or `http://` to this machine only, since messages name people. Null for any other URL, and for one with
 * credentials.
 */
export function readWebAddress(text: string): string | null {
  const url = text.length <= MAX_ADDRESS && URL.canParse(text) ? new URL(text) : null;
  return url && isTarget(url) ? url.href : null;
}

function isTarget({ protocol, hostname, username, password, hash }: URL): boolean {
  const isLocal = protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
  return (protocol === 'https:' || isLocal) && username + password + hash === '';
}
