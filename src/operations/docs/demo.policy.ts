// Decides who sees the demo client: a browser on this machine that used a loopback name.

export interface DemoFacts {
  readonly isProduction: boolean;
  /** The operator named a proxy or a public issuer, so other machines are expected. */
  readonly expectsOthers: boolean;
  /** Where the service listens, and whether only this machine can reach it. */
  readonly listensOn: { readonly isLoopback: boolean; readonly port: number };
  /** The Host header. Null behind a proxy. */
  readonly host: string | null;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::(?<port>\d{1,5}))?$/i;

/**
 * SECURITY(T-18): a page of an attacker may point its own name at 127.0.0.1 (DNS rebinding). The browser then takes its
 * requests for same-origin, with the attacker's name in Host. A proxy on this machine would make the whole network look
 * local.
 */
export function mayShowDemo({ isProduction, expectsOthers, listensOn, host }: DemoFacts): boolean {
  if (isProduction || expectsOthers || host === null || !listensOn.isLoopback) return false;
  const named = LOOPBACK.exec(host);
  // RFC 9110 §7.2: without a port it is the scheme's default, and this service uses plain http.
  return named !== null && Number(named.groups?.['port'] ?? 80) === listensOn.port;
}
