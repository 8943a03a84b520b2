// The OpenAPI 3.1 document, derived from the inventory: contracts and schemas of the routes.
import type { RouteEntry } from '../../../contract/inventory.js';
import { SCOPES } from '../../../contract/scopes.js';
import { HEADERS } from './headers.js';
import { operationOf, placeOf, type LimitsPerMinute } from './operation.js';
import { OAUTH_ERROR_SCHEMA, PROBLEM_SCHEMA } from './refusals.js';
import { inWalkingOrder, WALK } from './walk.js';

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: object;
  readonly servers: readonly object[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: Readonly<Record<'schemas' | 'headers' | 'securitySchemes', Readonly<Record<string, object>>>>;
}

const DESCRIPTION = [
  'A self-hosted MFA backend whose look-ups cannot be harvested.',
  '',
  'Countersign enrols and verifies second factors. A refused proof is always the same 422; only the ' +
    'audit events hold the reason. An object of another tenant gets the same 404 as an unknown one. ' +
    'Unknown fields are refused. Every error is `application/problem+json` (RFC 9457); decide by its ' +
    '`code`. Besides the refusals listed with each operation, any request can get 405, 408, 414 or 431.',
].join('\n');

/** @throws ContractError for a route without a place in the walk. */
export function openApiDocument(routes: readonly RouteEntry[], limits: LimitsPerMinute): OpenApiDocument {
  const stops = inWalkingOrder(routes).map(({ route, section }) => ({
    place: placeOf(route),
    ...operationOf(route, section, limits),
  }));
  const paths: Record<string, Record<string, object>> = {};
  for (const {
    place: [path, method],
    operation,
  } of stops)
    (paths[path] ??= {})[method] = operation;
  return {
    openapi: '3.1.0',
    info: {
      title: 'Countersign',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    // Relative, so that it holds under every host name of the service.
    servers: [{ url: '/' }],
    tags: WALK.map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      schemas: Object.assign(
        { Problem: PROBLEM_SCHEMA, OAuthError: OAUTH_ERROR_SCHEMA },
        ...stops.map(({ schemas }) => schemas),
      ) as Record<string, object>,
      headers: HEADERS,
      securitySchemes: { oauth2: clientCredentials(), device: DEVICE_PROOF },
    },
  };
}

const DEVICE_PROOF = {
  type: 'apiKey',
  in: 'header',
  name: 'Authorization',
  description:
    '`DeviceProof` and a compact JWS by the key of the device, new for each request. Header: `typ` is ' +
    '`device-request+jwt`. Claims: `tenant`, `sub` (the device), `app_version`, and `htm`, `htu`, `iat`, ' +
    '`jti` as in RFC 9449. With a body also `body_hash`, its base64url SHA-256.',
} as const;

function clientCredentials(): object {
  return {
    type: 'oauth2',
    description:
      'RFC 6749 §4.4. A token expires after five minutes; then get a new one. Send a token that you ' +
      'requested with a DPoP proof (RFC 9449) as `Authorization: DPoP …`, with a new proof in the header ' +
      '`DPoP` for each request. Send any other as `Bearer`.',
    flows: { clientCredentials: { tokenUrl: '/oauth2/token', scopes: SCOPES } },
  };
}
