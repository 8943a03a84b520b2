// The OpenAPI document says everything that the contracts say and nothing else. Its examples match the schemas.
import { FEATURES } from '../../src/app.module.js';
import { controllersOf } from '../../src/bootstrap.js';
import { buildInventory, routeKey, type RouteEntry } from '../../src/contract/inventory.js';
import { refusalsOf, scopesOf } from '../../src/contract/route-contract.js';
import { ALL_SCOPES } from '../../src/contract/scopes.js';
import { openApiDocument } from '../../src/operations/docs/openapi/document.js';
import { placeOf } from '../../src/operations/docs/openapi/operation.js';
import { PROBLEMS } from '../../src/platform/errors/problem.js';

interface Content {
  readonly schema: { readonly $ref?: string };
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: { readonly code?: string; readonly error?: string } }>>;
}

interface Response {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, Content>>;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly parameters: readonly { readonly name: string }[];
  readonly security: readonly object[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Response>>;
}

/** The credential of each route that takes no token. */
const NEEDS: Readonly<Record<string, string>> = {
  client: 'client id with a secret or a key',
  device: 'a proof that a registered device signs',
  ticket: 'the ticket of a registration',
  none: 'no credential',
};

const limits = { address: 6_001, 'token-endpoint': 301, client: 6_002, device: 121 };
const routes = buildInventory(controllersOf(FEATURES));
const document = openApiDocument(routes, limits);

const operationOf = (route: RouteEntry): Operation => {
  const [path, method] = placeOf(route);
  return document.paths[path]?.[method] as Operation;
};
const named = routes.map((route) => [routeKey(route), route, operationOf(route)] as const);

describe('the OpenAPI document', () => {
  it('has every route of the inventory and no other', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(described.sort()).toEqual(routes.map(routeKey).sort());
  });

  it('is not generated if a route has no place in the walk', () => {
    const [route] = routes;
    const stranger = { ...(route as RouteEntry), path: '/v1/forgotten' };
    expect(() => openApiDocument([...routes, stranger], limits)).toThrow('/v1/forgotten has no place in the walk');
  });

  it('lists the tags in the order of the walk, removal after the proof', () => {
    const tags = [
      'Authorize',
      'Factors',
      'Verification',
      'Devices',
      'Phones',
      'Recovery',
      'Removal',
      'Help',
      'Audit',
      'Webhooks',
      'Operations',
    ];
    expect(document.tags.map(({ name }) => name)).toEqual(tags);
    const walked = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods as Record<string, Operation>),
    );
    const inUse = walked.map(({ tags: [tag] }) => tag ?? '');
    expect([...new Set(inUse)].sort()).toEqual([...tags].sort());
  });

  it('gives each operation a unique id', () => {
    const ids = named.map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names every scope and the token endpoint', () => {
    const { oauth2 } = document.components.securitySchemes as Record<
      string,
      { flows: { clientCredentials: { scopes: object; tokenUrl: string } } }
    >;
    expect(Object.keys(oauth2?.flows.clientCredentials.scopes ?? {})).toEqual(ALL_SCOPES);
    expect(oauth2?.flows.clientCredentials.tokenUrl).toBe('/oauth2/token');
  });

  it('contains no JSON Schema dialect, and forbids unknown fields in request bodies only', () => {
    expect(JSON.stringify(document)).not.toContain('$schema');
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      const isStrict = JSON.stringify(schema).includes('additionalProperties');
      expect([name, isStrict]).toEqual([name, name.endsWith('Body') && name !== 'oAuthTokenBody']);
    }
  });

  it('has no dangling references', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(routes.length);
    for (const [, kind = '', name = ''] of references) {
      expect(Object.keys((document.components as Record<string, object>)[kind] ?? {})).toContain(name);
    }
  });
});

describe.each(named)('%s', (_key, route, operation) => {
  const { contract } = route;

  it('repeats the text and limits of its contract', () => {
    const { description } = operation;
    expect(operation.summary).toBe(contract.summary);
    expect(description).toContain(contract.description);
    expect(description).toContain(contract.scope ?? NEEDS[contract.auth]);
    expect(description).toContain(`${contract.throttle}, ${limits[contract.throttle]} requests a minute`);
    expect(description).toContain(`**Data:** ${contract.data}`);
    for (const action of contract.audit) expect(description).toContain(action);
    const schemes =
      contract.auth === 'device' ? [{ device: [] }] : scopesOf(contract).map((scope) => ({ oauth2: [scope] }));
    expect(operation.security).toEqual(schemes);
    for (const scope of scopesOf(contract)) expect(description).toContain(`\`${scope}\``);
  });

  it('lists every refusal with the problem schema and an example', () => {
    for (const code of refusalsOf(contract)) {
      const content = operation.responses[PROBLEMS[code].status]?.content?.['application/problem+json'];
      expect(content?.schema.$ref).toBe('#/components/schemas/Problem');
      expect(content?.examples?.[code]?.value.code).toBe(code);
    }
  });

  it('has the Idempotency-Key parameter exactly when its contract does', () => {
    const { parameters } = operation;
    expect(parameters.some(({ name }) => name === 'Idempotency-Key')).toBe(contract.idempotent === true);
  });

  it('names the headers of each answer', () => {
    for (const [status, { headers }] of Object.entries(operation.responses)) {
      expect(Object.keys(headers)).toEqual(expect.arrayContaining(['X-Request-Id', 'RateLimit', 'RateLimit-Policy']));
      expect('Retry-After' in headers).toBe(status === '429');
      expect('WWW-Authenticate' in headers).toBe(['401', '403'].includes(status));
    }
  });
});

const withBody = named.filter(([, { inputs }]) => inputs.body !== null);
const withObject = named.filter(([, { contract }]) => 'schema' in contract.answer);

it.each(withBody)('%s: the route accepts the example body', (_key, { contract, inputs }, operation) => {
  const example = operation.requestBody?.content[contract.consumes ?? '']?.example;
  expect(example).toBeDefined();
  expect(inputs.body?.safeParse(example).success).toBe(true);
});

it.each(withObject)('%s: the example answer matches the schema of the route', (_key, { contract }, operation) => {
  const { answer } = contract;
  const example = operation.responses[answer.status]?.content?.['application/json']?.example;
  expect('schema' in answer && answer.schema.parse(example)).toEqual(example);
});

describe('POST /oauth2/token', () => {
  it('shows the errors of RFC 6749 beside the problems', () => {
    const [, , operation] = named.find(([key]) => key === 'POST /oauth2/token') ?? [];
    const errors = (status: string) =>
      Object.keys(operation?.responses[status]?.content?.['application/json']?.examples ?? {});
    expect(errors('400')).toEqual([
      'invalid_request',
      'unauthorized_client',
      'unsupported_grant_type',
      'invalid_scope',
      'invalid_dpop_proof',
    ]);
    expect(errors('401')).toEqual(['invalid_client']);
  });
});
