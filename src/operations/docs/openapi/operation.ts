// One route as an OpenAPI operation: its whole contract, in words for an integrator.
import { routeKey, type RouteEntry } from '../../../contract/inventory.js';
import {
  scopesOf,
  type DataClass,
  type RouteContractOptions,
  type Throttle,
} from '../../../contract/route-contract.js';
import { headersOf } from './headers.js';
import { refusalResponses } from './refusals.js';
import { answerSchema, exampleOf, inputSchema, type JsonSchema } from './schema.js';

/** Requests a minute, by the name in the header `RateLimit`. */
export type LimitsPerMinute = Readonly<Record<Throttle, number>>;

export interface Operation {
  readonly operation: object;
  /** Named schemas that the operation refers to. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

const DATA: Readonly<Record<DataClass, string>> = {
  public: 'public data only',
  operational: 'facts about the running service',
  identifier: 'ids of users and factors',
  credential: 'secrets or codes pass through it',
};

const SUCCESS: Readonly<Record<number, string>> = {
  200: 'Done.',
  201: 'Created.',
  202: 'Accepted.',
  204: 'Done. The response has no body.',
};

export function operationOf(route: RouteEntry, section: string, limits: LimitsPerMinute): Operation {
  const { contract, inputs } = route;
  const operationId = operationIdOf(route);
  const body = inputs.body === null ? null : inputSchema(inputs.body);
  const answer = 'schema' in contract.answer ? answerSchema(contract.answer.schema) : null;
  const operation = {
    tags: [section],
    operationId,
    summary: contract.summary,
    description: descriptionOf(contract, limits),
    security: contract.auth === 'device' ? [{ device: [] }] : scopesOf(contract).map((scope) => ({ oauth2: [scope] })),
    parameters: parametersOf(route),
    ...(body === null
      ? {}
      : { requestBody: { required: true, content: { [contract.consumes ?? '']: named(`${operationId}Body`, body) } } }),
    responses: { [contract.answer.status]: successOf(contract, operationId, answer), ...refusalResponses(contract) },
  };
  const schemas = {
    ...(body && { [`${operationId}Body`]: body }),
    ...(answer && { [`${operationId}Answer`]: answer }),
  };
  return { operation, schemas };
}

/** `TotpController.enrol` → `totpEnrol`. */
function operationIdOf({ controller, handler }: RouteEntry): string {
  const noun = controller.replace(/Controller$/, '').replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (start) => start.toLowerCase());
  return noun + handler.charAt(0).toUpperCase() + handler.slice(1);
}

function descriptionOf(contract: RouteContractOptions, limits: LimitsPerMinute): string {
  const counted: Throttle[] = contract.throttle === 'address' ? ['address'] : ['address', contract.throttle];
  const facts = [
    `**Needs:** ${needOf(contract)}`,
    `**Limits:** ${counted.map((name) => `${name}, ${limits[name]} requests a minute`).join('; ')}`,
    `**Data:** ${contract.data}: ${DATA[contract.data]}`,
    `**Audit:** ${contract.audit.length === 0 ? 'writes no event' : contract.audit.map((action) => `\`${action}\``).join(', ')}`,
  ];
  return [contract.description, '', ...facts.map((fact) => `- ${fact}`)].join('\n');
}

function needOf(contract: RouteContractOptions): string {
  const { auth, stepUp } = contract;
  const andStepUp = stepUp === undefined ? '' : `, and for an enrolled user a step-up for \`${stepUp}\``;
  const scopes = scopesOf(contract).map((scope) => `\`${scope}\``);
  if (auth === 'token') return `an access token with the scope ${scopes.join(' or ')}${andStepUp}`;
  return CREDENTIALS[auth];
}

const CREDENTIALS = {
  client: 'client id with a secret or a key',
  device: 'a proof that a registered device signs for each request',
  ticket: 'the ticket of a registration',
  none: 'no credential',
} as const;

function parametersOf({ path, inputs, contract }: RouteEntry): object[] {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? '');
  const inPath = names.flatMap((name) => {
    const schema = inputs.params[name];
    return schema ? [parameterOf({ name, in: 'path', required: true }, inputSchema(schema))] : [];
  });
  const inHeader = [
    ...(contract.stepUp ? [stepUpParameter(contract.stepUp)] : []),
    ...(contract.auth === 'client' ? [DPOP_PARAMETER] : []),
    ...(contract.idempotent ? [IDEMPOTENCY_KEY] : []),
  ];
  const query = inputs.query === null ? {} : inputSchema(inputs.query);
  const inQuery = Object.entries(query.properties ?? {}).map(([name, schema]) =>
    parameterOf({ name, in: 'query', required: query.required?.includes(name) ?? false }, schema as JsonSchema),
  );
  return [...inPath, ...inQuery, ...inHeader];
}

// Not listed with every route: the page would show a field for each, and bound tokens are used by programs.
const DPOP_PARAMETER = {
  name: 'DPoP',
  in: 'header',
  required: false,
  description: 'A DPoP proof (RFC 9449) for this request. With it the token is bound to the key of the proof.',
  schema: { type: 'string' },
};

function stepUpParameter(action: string): object {
  const orTicket = action === 'factors.add' ? ', or the ticket of a recovery' : '';
  const description =
    `An assertion for \`${action}\` of this user, at most five minutes old${orTicket}. Required once ` +
    'the user is enrolled.';
  return { name: 'Step-Up', in: 'header', required: false, description, schema: { type: 'string' } };
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'For retries. The same key and body get the same answer for 24 hours. Another body gets a 422, and a ' +
    'key whose request is still in progress gets a 409. Use a new random key for each creation. Quotation ' +
    'marks are optional.',
  schema: { type: 'string', pattern: '^(?:"[A-Za-z0-9._~-]{1,128}"|[A-Za-z0-9._~-]{1,128})$' },
} as const;

function parameterOf(place: { name: string; in: string; required: boolean }, given: JsonSchema): object {
  const { description, examples, ...schema } = given;
  const example = examples?.[0];
  return {
    ...place,
    ...(description === undefined ? {} : { description }),
    schema,
    ...(example === undefined ? {} : { example }),
  };
}

function successOf({ answer }: RouteContractOptions, operationId: string, schema: JsonSchema | null): object {
  const response = { description: SUCCESS[answer.status], headers: headersOf(answer.status) };
  if (schema !== null) return { ...response, content: { 'application/json': named(`${operationId}Answer`, schema) } };
  return 'file' in answer ? { ...response, content: { [answer.file]: { schema: { type: 'string' } } } } : response;
}

function named(name: string, schema: JsonSchema): object {
  const example = exampleOf(schema);
  return { schema: { $ref: `#/components/schemas/${name}` }, ...(example === undefined ? {} : { example }) };
}

/** `POST /v1/users/:userId` → `['/v1/users/{userId}', 'post']`. */
export function placeOf(route: RouteEntry): readonly [path: string, method: string] {
  const [method = '', path = ''] = routeKey(route).split(' ');
  return [path.replaceAll(/:(\w+)/g, '{$1}'), method.toLowerCase()];
}
