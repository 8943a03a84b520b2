// The closed list of refusals, and the one writer of them (RFC 9457). Adding a code? Also: docs/errors.md (its anchor
// is the `type`), and the contracts of routes that answer it.

export const PROBLEMS = {
  malformed_request: { status: 400, title: 'The request is malformed' },
  invalid_token: { status: 401, title: 'The access token is missing or not valid' },
  invalid_dpop_proof: { status: 401, title: 'The DPoP proof is missing or not valid' },
  invalid_device_proof: { status: 401, title: 'The proof of a registered device is missing or not valid' },
  insufficient_scope: { status: 403, title: 'The access token lacks a scope that this route needs' },
  step_up_required: { status: 403, title: 'A fresh proof of an existing factor is required' },
  second_client_required: { status: 403, title: 'Another client has to approve the request' },
  client_quarantined: { status: 403, title: 'These requests of this client are blocked by detection' },
  lookups_off: { status: 403, title: 'This tenant has not turned on phone look-ups' },
  device_cooling_off: { status: 403, title: 'This device is too new to approve a factor change' },
  operator_endpoint: { status: 403, title: 'Only the operator can change this endpoint' },
  not_found: { status: 404, title: 'The resource does not exist' },
  method_not_allowed: { status: 405, title: 'The method is not allowed for this resource' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  webauthn_not_configured: { status: 409, title: 'This tenant has no relying party for WebAuthn' },
  phones_off: { status: 409, title: 'This tenant sends no codes to phones' },
  number_not_allowed: { status: 409, title: 'This tenant sends no codes to numbers of this country or kind' },
  not_resendable: { status: 409, title: 'This challenge has no code to send again' },
  idempotency_in_flight: { status: 409, title: 'A request with this idempotency key is still in progress' },
  too_many_endpoints: { status: 409, title: 'This tenant has reached the maximum number of endpoints' },
  too_many_factors: { status: 409, title: 'This user has reached the maximum number of factors of this kind' },
  codes_reopened: { status: 409, title: 'Codes of this user were already reopened within the last 30 days' },
  recovery_open: { status: 409, title: 'This user already has an open recovery' },
  recovery_not_open: { status: 409, title: 'The recovery is not open yet' },
  recovery_ticket_issued: { status: 409, title: 'The ticket of this recovery was already issued' },
  content_too_large: { status: 413, title: 'The request body is too large' },
  uri_too_long: { status: 414, title: 'The URL is too long' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  expectation_failed: { status: 417, title: 'The header Expect names an unknown expectation' },
  idempotency_mismatch: { status: 422, title: 'The idempotency key belongs to another request' },
  verification_refused: { status: 422, title: 'The proof was refused' },
  app_too_old: { status: 426, title: 'This version of the app is no longer accepted' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  header_too_large: { status: 431, title: 'The request header is too large' },
  internal_error: { status: 500, title: 'The service failed unexpectedly' },
  service_unavailable: { status: 503, title: 'The service cannot answer safely now' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

export interface FieldError {
  /** JSON Pointer (RFC 6901) into the body, or the name of a parameter. */
  readonly pointer: string;
  readonly detail: string;
}

export interface ProblemExtras {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** The oldest version of the app that is accepted. */
  readonly minimumVersion?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Logged, never sent. */
  readonly cause?: unknown;
}

/** Thrown by every layer. `detail` is sent to the client, so it must not hold secrets. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    readonly extras: ProblemExtras = {},
  ) {
    super(code, { cause: extras.cause });
    this.status = PROBLEMS[code].status;
  }

  /** 429. The client may retry after this many milliseconds. */
  static tooMany(waitMs: number): Problem {
    return new Problem('too_many_requests', { headers: { 'Retry-After': String(Math.ceil(waitMs / 1_000)) } });
  }
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8';

/** The body of RFC 9457 §3, plus `code`, `requestId` and `errors`. */
export function problemBody(problem: Problem, requestId: string): string {
  const { status, title } = PROBLEMS[problem.code];
  return JSON.stringify({
    type: `urn:countersign:problem:${problem.code}`,
    title,
    status,
    code: problem.code,
    ...(problem.extras.detail === undefined ? {} : { detail: problem.extras.detail }),
    requestId,
    ...(problem.extras.minimumVersion === undefined ? {} : { minimumVersion: problem.extras.minimumVersion }),
    ...(problem.extras.errors === undefined ? {} : { errors: problem.extras.errors }),
  });
}
