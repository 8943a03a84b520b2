// The whole OpenAPI 3.1 document, made of the inventory: what a route's contract and schemas do not say is not in it.
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
  'A refused proof is always the same 422: why it was refused stands in the audit events only. Another tenant’s object ' +
    'is a 404 that does not differ from an unknown one. Unknown fields are refused. Every error is `application/problem+json` ' +
    '(RFC 9457); decide by its `code`. Beside the refusals listed with each operation the server answers 405, 408, 414 and ' +
    '431 where the request itself asks for it.',
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
    // Relative: the document is true under every name by which the service is reached.
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
    '`DeviceProof` and a compact JWS by the key of the device, new for each request: header `typ` `device-request+jwt`; claims `tenant`, ' +
    '`sub` (the device), `app_version`, `htm`, `htu`, `iat`, `jti` as in RFC 9449, and with a body `body_hash`, base64url of its SHA-256.',
} as const;

function clientCredentials(): object {
  return {
    type: 'oauth2',
    description:
      'RFC 6749 §4.4: a token lives five minutes; ask again when it ends. A token that was asked for with a DPoP proof (RFC 9449) ' +
      'is sent as `Authorization: DPoP …` with a header `DPoP` that holds a new proof for each request; any other as `Bearer`.',
    flows: { clientCredentials: { tokenUrl: '/oauth2/token', scopes: SCOPES } },
  };
}
