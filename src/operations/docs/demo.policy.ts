// Who may be shown the demo client: a browser on this machine that came here by this machine's own name.
import { isLoopback } from '../../platform/config/settings.js';

export interface DemoFacts {
  readonly isProduction: boolean;
  /** The operator named a proxy or a public issuer: others than this machine's own browsers are expected. */
  readonly expectsOthers: boolean;
  /** Address and port listened on. */
  readonly listensOn: { readonly host: string; readonly port: number };
  /** The Host header; null where a proxy stands between. */
  readonly host: string | null;
}

/**
 * SECURITY(T-18): a page of a stranger may point its own name at 127.0.0.1 (DNS rebinding); its requests then count as
 * same-origin in the browser and carry the stranger's name in Host. A proxy on this machine would make the whole
 * network look local.
 */
export function mayShowDemo({ isProduction, expectsOthers, listensOn, host }: DemoFacts): boolean {
  if (isProduction || expectsOthers || host === null || !isLoopback(listensOn.host)) return false;
  const { name, port } = placeOf(host);
  return port === listensOn.port && isLoopback(name);
}

function placeOf(host: string): { name: string; port: number } {
  const match = /^(?<name>\[::1\]|[a-z0-9.]{1,64})(?::(?<port>\d{1,5}))?$/i.exec(host);
  // RFC 9110 §7.2: no port is the scheme's, and this service speaks plain http.
  const { name = '', port = '80' } = match?.groups ?? {};
  return { name: name.toLowerCase().replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}
