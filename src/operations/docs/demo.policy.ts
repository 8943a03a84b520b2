// Who may be shown the demo client: a browser on this machine that came here by this machine's own name.

export interface DemoFacts {
  readonly isProduction: boolean;
  /** The operator named a proxy or a public issuer: others than this machine's own browsers are expected. */
  readonly expectsOthers: boolean;
  /** Where the service listens, and whether only this machine gets there. */
  readonly listensOn: { readonly isLoopback: boolean; readonly port: number };
  /** The Host header; null where a proxy stands between. */
  readonly host: string | null;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::(?<port>\d{1,5}))?$/i;

/**
 * SECURITY(T-18): a page of a stranger may point its own name at 127.0.0.1 (DNS rebinding); its requests then count as
 * same-origin in the browser and carry the stranger's name in Host. A proxy on this machine would make the whole
 * network look local.
 */
export function mayShowDemo({ isProduction, expectsOthers, listensOn, host }: DemoFacts): boolean {
  if (isProduction || expectsOthers || host === null || !listensOn.isLoopback) return false;
  const named = LOOPBACK.exec(host);
  // RFC 9110 §7.2: no port is the scheme's, and this service speaks plain http.
  return named !== null && Number(named.groups?.['port'] ?? 80) === listensOn.port;
}
