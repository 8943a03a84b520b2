// The pages of routes and errors: the contracts, and the refusals that need no mention in a contract.
import { built, inventoryOf } from './built.mjs';
import { code, codes, page, table } from './markup.mjs';

const refusalsEverywhere = ['malformed_request', 'too_many_requests', 'internal_error', 'service_unavailable'];
const refusalsOfToken = ['invalid_token', 'invalid_dpop_proof', 'insufficient_scope'];
const refusalsOfKey = ['idempotency_in_flight', 'idempotency_mismatch'];
const refusalsOfBody = ['content_too_large', 'unsupported_media_type'];
const refusalsOfFrame = ['not_found', 'method_not_allowed', 'request_timeout', 'uri_too_long', 'header_too_large'];

export async function routes() {
  const inventory = await inventoryOf();
  const { PUBLIC_ROUTES } = await built('contract/inventory.js');
  const { scopesOf } = await built('contract/route-contract.js');
  const rows = inventory.map(({ method, path, contract }) => [
    `${code(`${method} ${path}`)}<br>${contract.summary}`,
    credentialOf(contract, scopesOf),
    contract.throttle === 'address' ? 'address' : `address, ${contract.throttle}`,
    contract.data,
    codes(contract.audit),
    String(contract.answer.status),
    codes([...(contract.idempotent ? refusalsOfKey : []), ...(contract.refusals ?? [])]),
  ]);
  return page('Routes', 'the contracts in `src/**/*.controller.ts`', [
    'Every route with what its `@RouteContract` declares. The same inventory drives the guards, `/openapi.json` and the',
    'boot check: a route that is not in it does not start ([architecture.md](architecture.md#how-to-add-a-route)).',
    `${PUBLIC_ROUTES.length} routes take no credential, and there is room for no more than eight.`,
    '',
    ...table(['Route', 'Credential', 'Counted by', 'Data', 'Audit', 'Answers', 'Refusals of its own'], rows),
    '',
    'Refusals that need no mention, because every route of the kind has them:',
    '',
    `- every route: ${codes(refusalsEverywhere)}; and where the request itself asks for it ${codes(refusalsOfFrame)};`,
    `- routes with a token: ${codes(refusalsOfToken)};`,
    `- routes with a body: ${codes(refusalsOfBody)}.`,
    '',
    'A route with `idempotency_…` among its refusals takes an `Idempotency-Key`; to all others that header is a 400.',
    '',
    'Codes and their statuses: [errors.md](errors.md). Limits: [limits.md](limits.md).',
    '',
    '## Routes that name a user',
    '',
    'A client can confirm user ids with routes that answer differently for enrolled users. The service counts the users of such',
    'requests ([detection.md](detection.md#user-ids)). What each scope reveals: [scope-facts.md](security/scope-facts.md).',
    '',
    ...table(['Counted', 'Routes'], userQueries(inventory)),
  ]);
}

/** @type {Record<string, string>} */
const credentials = {
  client: 'client secret or key',
  device: 'proof signed by the device',
  ticket: 'ticket of the registration',
  none: 'none',
};

/** @type {Record<string, string>} */
const stepUps = {
  'factors.add': '<br>if the user is enrolled: assertion, or ticket of a recovery',
  'factors.remove': '<br>if the user is enrolled: assertion',
  'factors.regenerate': '<br>if the user is enrolled: assertion',
};

/**
 * @param {Record<string, any>} contract
 * @param {(contract: object) => string[]} scopesOf
 */
function credentialOf(contract, scopesOf) {
  const { auth, stepUp } = contract;
  const text = auth === 'token' ? `token, ${scopesOf(contract).map(code).join(' or ')}` : credentials[String(auth)];
  const more = stepUp === undefined ? '' : stepUps[String(stepUp)];
  if (text === undefined || more === undefined) throw new Error(`no words for the credential ${auth}, ${stepUp}`);
  return `${text}${more}`;
}

/** @type {Record<string, string>} */
const userQueryKinds = {
  counted: 'per request, never stopped: the answer reveals whether the user is enrolled, or a 403 or 404 does',
  stoppable: 'per request, **stopped** at twice the limit: the list reveals that some exist',
  logged: 'by audit event: the answer reveals nothing, the event may',
  needs_id: 'not counted: needs an id of 122 random bits, or a proof',
};

/** @param {{ method: string, path: string, contract: { userQuery?: string } }[]} inventory */
function userQueries(inventory) {
  return Object.entries(userQueryKinds).map(([kind, meaning]) => [
    meaning,
    codes(
      inventory.filter(({ contract }) => contract.userQuery === kind).map(({ method, path }) => `${method} ${path}`),
    ),
  ]);
}

export async function errors() {
  const { PROBLEMS } = await built('platform/errors/problem.js');
  const { refusalsOf } = await built('contract/route-contract.js');
  const { OAuthError } = await built('oauth/oauth.errors.js');
  const { OAUTH_ERROR_SCHEMA } = await built('operations/docs/openapi/refusals.js');
  const inventory = await inventoryOf();
  const everywhere = (/** @type {string} */ name) =>
    inventory.every(({ contract }) => refusalsOf(contract).includes(name));
  const where = (/** @type {string} */ name) => {
    if (everywhere(name)) return 'every route';
    if (refusalsOfToken.includes(name)) return 'every route with a token';
    if (refusalsOfBody.includes(name)) return 'every route with a body';
    const found = inventory.filter(({ contract }) => refusalsOf(contract).includes(name));
    const places = found.map(({ method, path }) => code(`${method} ${path}`));
    if (refusalsOfFrame.includes(name)) places.push('any address, where the request asks for it');
    return places.length > 0 ? places.join('<br>') : 'no route of this release';
  };
  const problems = Object.entries(PROBLEMS).map(([name, { status, title }]) => [
    `<a id="${name}"></a>${code(name)}`,
    String(status),
    title,
    where(name),
  ]);
  const oauth = OAUTH_ERROR_SCHEMA.properties.error.enum.map((/** @type {string} */ name) => [
    code(name),
    String(new OAuthError(name, '').status),
  ]);
  return page('Errors', '`src/platform/errors/problem.ts` and `src/oauth/oauth.errors.ts`', [
    'Every refusal is `application/problem+json` (RFC 9457) with `type`, `title`, `status`, `code`, `requestId`, and where',
    'it helps `detail` and `errors`. Decide by the status, or by `code`; `type` is `urn:countersign:problem:` and the code.',
    '`errors[].pointer` names the field (RFC 6901) and never repeats its value.',
    '',
    '**`verification_refused` is always the same answer.** It does not say whether the code was wrong, late or used, the',
    'user locked, unknown or never enrolled. The reason stands in the [audit events](audit-events.md).',
    '',
    ...table(['Code', 'Status', 'Title', 'Where'], problems),
    '',
    '## The token endpoint',
    '',
    '`POST /oauth2/token` answers a malformed request, a refused client, grant or scope with the errors of RFC 6749 §5.2',
    '(`{"error", "error_description"}`). Size, content type and throttle are refused earlier, with a problem of the list above.',
    '',
    ...table(['Error', 'Status'], oauth),
  ]);
}
