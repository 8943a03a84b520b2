// Who may be shown the demo client: a browser on this machine that came here by this machine's own name.
import { isLoopback } from '../../platform/config/settings.js';

export interface DemoFacts {
  readonly isProduction: boolean;
  /** Address and port listened on. */
  readonly listensOn: { readonly host: string; readonly port: number };
  /** The Host header; null where a proxy stands between. */
  readonly host: string | null;
}

/**
 * SECURITY(T-36): a page of a stranger may point its own name at 127.0.0.1 (DNS rebinding); its requests then count as
 * same-origin in the browser and carry the stranger's name in Host. A proxy on this machine would make the whole
 * network look local.
 */
export function mayShowDemo({ isProduction, listensOn, host }: DemoFacts): boolean {
  if (isProduction || host === null || !isLoopback(listensOn.host)) return false;
  const match = /^(?<name>\[::1\]|[a-z0-9.]{1,64}):(?<port>\d{1,5})$/i.exec(host);
  const { name = '', port } = match?.groups ?? {};
  return Number(port) === listensOn.port && isLoopback(name.toLowerCase().replace(/^\[(.*)\]$/, '$1'));
}
