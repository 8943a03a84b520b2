// Requests that this service makes. No redirect is followed, no answer is read beyond its status, and none is waited for longer than a
// few seconds.
const TIMEOUT_MS = 5_000;

export interface Outgoing {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * True for a status of 2xx.
 * @throws Error when nothing answered in time, or with a redirect.
 */
export async function sendOut({ url, headers, body }: Outgoing): Promise<boolean> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await answer.body?.cancel();
  return answer.ok;
}
