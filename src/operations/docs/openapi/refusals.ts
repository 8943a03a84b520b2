// The refusals of a route, by status: problem+json with an example for each code (RFC 9457). The token endpoint also
// has the errors of RFC 6749 §5.2.
import { refusalsOf, type RouteContractOptions } from '../../../contract/route-contract.js';
import { Problem, problemBody, PROBLEMS, type ProblemCode } from '../../../platform/errors/problem.js';
import { OAuthError, type OAuthErrorCode } from '../../../oauth/oauth.errors.js';
import { headersOf } from './headers.js';

const EXAMPLE_REQUEST_ID = 'req_0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const EXAMPLE_ERROR = { pointer: '/code', detail: 'must be 6 or 8 ASCII digits' };

const OAUTH_ERRORS: Readonly<Record<OAuthErrorCode, string>> = {
  invalid_request: 'The request has more than one kind of client credentials.',
  invalid_client: 'The request has no client credentials.',
  unauthorized_client: 'The client may not use this grant.',
  unsupported_grant_type: 'The only supported grant is client_credentials.',
  invalid_scope: 'The client may not have this scope.',
  invalid_dpop_proof: 'The DPoP proof was made for another request, has expired, or was already used.',
};

/** RFC 9457 §3, plus the members of this service. */
export const PROBLEM_SCHEMA = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri', description: 'Names the kind of problem. It is not a URL to fetch.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(PROBLEMS), description: 'The code that a program decides by.' },
    detail: { type: 'string' },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      description: 'The invalid fields and the reasons, without the values.',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: {
          pointer: {
            type: 'string',
            description: 'JSON Pointer (RFC 6901) into the body, or the name of a parameter.',
          },
          detail: { type: 'string' },
        },
      },
    },
  },
} as const;

export const OAUTH_ERROR_SCHEMA = {
  type: 'object',
  required: ['error', 'error_description'],
  properties: { error: { type: 'string', enum: Object.keys(OAUTH_ERRORS) }, error_description: { type: 'string' } },
} as const;

interface Example {
  readonly name: string;
  readonly summary: string;
  readonly value: unknown;
}

interface Refusal extends Example {
  readonly status: number;
  readonly mediaType: 'application/problem+json' | 'application/json';
}

export function refusalResponses(contract: RouteContractOptions): Record<string, object> {
  const refusals = [...refusalsOf(contract).map(asProblem), ...(contract.auth === 'client' ? oauthRefusals() : [])];
  const statuses = [...new Set(refusals.map(({ status }) => status))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      responseOf(
        status,
        refusals.filter((one) => one.status === status),
      ),
    ]),
  );
}

function responseOf(status: number, refusals: readonly Refusal[]): object {
  const description = [...new Set(refusals.map(({ summary }) => summary))].join('; ');
  const mediaTypes = [...new Set(refusals.map(({ mediaType }) => mediaType))];
  const content = mediaTypes.map((mediaType) => [
    mediaType,
    contentOf(
      mediaType,
      refusals.filter((one) => one.mediaType === mediaType),
    ),
  ]);
  return { description, headers: headersOf(status), content: Object.fromEntries(content) as Record<string, object> };
}

function contentOf(mediaType: Refusal['mediaType'], refusals: readonly Refusal[]): object {
  const schema = mediaType === 'application/json' ? 'OAuthError' : 'Problem';
  const examples = Object.fromEntries(refusals.map(({ name, summary, value }) => [name, { summary, value }]));
  return { schema: { $ref: `#/components/schemas/${schema}` }, examples };
}

function asProblem(code: ProblemCode): Refusal {
  const { status, title } = PROBLEMS[code];
  const problem = new Problem(code, code === 'malformed_request' ? { errors: [EXAMPLE_ERROR] } : {});
  const value: unknown = JSON.parse(problemBody(problem, EXAMPLE_REQUEST_ID));
  return { name: code, summary: title, value, status, mediaType: 'application/problem+json' };
}

function oauthRefusals(): Refusal[] {
  return Object.entries(OAUTH_ERRORS).map(([name, description]) => {
    const error = new OAuthError(name as OAuthErrorCode, description);
    return { name, summary: description, value: error.body(), status: error.status, mediaType: 'application/json' };
  });
}
