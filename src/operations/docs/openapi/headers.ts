// The response headers of every answer, every refusal or some refusals.

const text = (description: string, example: string) => ({ description, schema: { type: 'string' }, example });

export const HEADERS = {
  RequestId: text('Id of the request, also in the log and in audit events.', 'req_0f1e2d3c4b5a69788796a5b4c3d2e1f0'),
  RateLimitPolicy: text(
    'The limits that counted this request: quota and window in seconds (draft-ietf-httpapi-ratelimit-headers-10).',
    '"address";q=6000;w=60',
  ),
  RateLimit: text(
    'What is left of these limits, and the seconds until one more request is free.',
    '"address";r=5999;t=1',
  ),
  RetryAfter: { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 1 }, example: 30 },
  WwwAuthenticate: text(
    'The accepted credentials (RFC 6750 §3, RFC 9449 §7.1, RFC 7617 for the token endpoint).',
    'Bearer realm="countersign"',
  ),
} as const;

const ALWAYS = { 'X-Request-Id': 'RequestId', 'RateLimit-Policy': 'RateLimitPolicy', RateLimit: 'RateLimit' } as const;

/** Headers of an answer with this status, as references. */
export function headersOf(status: number): Record<string, { $ref: string }> {
  const names = {
    ...ALWAYS,
    ...(status === 429 ? { 'Retry-After': 'RetryAfter' } : {}),
    ...(status === 401 || status === 403 ? { 'WWW-Authenticate': 'WwwAuthenticate' } : {}),
  };
  return Object.fromEntries(
    Object.entries(names).map(([header, name]) => [header, { $ref: `#/components/headers/${name}` }]),
  );
}
