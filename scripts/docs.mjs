// Writes the documents that are made of the code: settings, routes, errors, audit events, alerts, folders, tables, and of
// docs/data/: limits, requirements, claims. `npm run docs` writes them; with --check it writes nothing and fails when one is stale.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, root } from './build.mjs';
import { claims, limits, requirements } from './docs/claims.mjs';
import { code, codes, page, table } from './docs/markup.mjs';
import { sourceMap } from './docs/source-map.mjs';
import { tables } from './docs/tables.mjs';

/** @param {string} module path below dist/ */
const built = (module) => import(pathToFileURL(join(root, 'dist', module)).href);

async function configuration() {
  const { settingsSchema, readSettings } = await built('platform/config/settings.js');
  const { z } = await import('zod');
  const rows = Object.entries(settingsSchema.shape).map(([name, schema]) => {
    const facts = z.toJSONSchema(/** @type {import('zod').ZodType} */ (schema), { io: 'input' });
    return [
      code(name),
      facts.default === undefined ? '–' : code(facts.default),
      valuesOf(facts),
      facts.description ?? '',
    ];
  });
  return page('Configuration', '`src/platform/config/settings.ts`', [
    'Settings are environment variables, read once at start. An empty variable counts as unset, an unknown one is not',
    'looked at. A value that does not fit stops the start with one sentence for each setting that is wrong. Those that',
    'can weaken the service stand in [danger-zone.md](security/danger-zone.md).',
    '',
    ...table(['Setting', 'Default', 'Values', 'Meaning'], rows),
    '',
    '## What production refuses',
    '',
    'With `NODE_ENV=production` and nothing else set, the service prints this and ends with status 1:',
    '',
    '```text',
    ...faultsOf(() => readSettings({ NODE_ENV: 'production' })),
    '```',
    '',
    'And with an owner’s login, or an issuer without TLS:',
    '',
    '```text',
    ...faultsOf(() => readSettings(OWNERS_LOGIN_NO_TLS)),
    '```',
  ]);
}

const OWNERS_LOGIN_NO_TLS = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://owner@db.example/countersign',
  MIGRATION_DATABASE_URL: 'postgresql://owner@db.example/countersign',
  KEY_RING: '{}',
  ISSUER: 'http://countersign.example',
};

/** @param {() => unknown} read */
function faultsOf(read) {
  try {
    read();
  } catch (error) {
    return error instanceof Error ? error.message.split('\n') : [];
  }
  throw new Error('production accepted settings that it should refuse');
}

/** @param {{ enum?: unknown, minimum?: number, maximum?: number, format?: string }} facts */
function valuesOf({ enum: choices, minimum, maximum, format }) {
  if (Array.isArray(choices)) return choices.map(code).join(', ');
  if (minimum !== undefined) return `${minimum} to ${maximum ?? ''}`;
  return format === 'uri' ? 'URL' : 'text';
}

async function routes() {
  const inventory = await inventoryOf();
  const { PUBLIC_ROUTES } = await built('contract/inventory.js');
  const { scopesOf } = await built('contract/route-contract.js');
  const rows = inventory.map(({ method, path, contract }) => [
    `${code(`${method} ${path}`)}<br>${contract.summary}`,
    contract.auth === 'token'
      ? `token, ${scopesOf(contract).map(code).join(' or ')}`
      : contract.auth === 'client'
        ? 'client secret or key'
        : 'none',
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

const refusalsEverywhere = ['malformed_request', 'too_many_requests', 'internal_error', 'service_unavailable'];
const refusalsOfToken = ['invalid_token', 'invalid_dpop_proof', 'insufficient_scope'];
const refusalsOfKey = ['idempotency_in_flight', 'idempotency_mismatch'];
const refusalsOfBody = ['content_too_large', 'unsupported_media_type'];
const refusalsOfFrame = ['not_found', 'method_not_allowed', 'request_timeout', 'uri_too_long', 'header_too_large'];

/** @returns {Promise<{ method: string, path: string, contract: Record<string, any> }[]>} */
async function inventoryOf() {
  const { FEATURES } = await built('app.module.js');
  const { controllersOf } = await built('bootstrap.js');
  const { buildInventory } = await built('contract/inventory.js');
  return buildInventory(controllersOf(FEATURES));
}

async function errors() {
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
    '(`{"error", "error_description"}`), and what the frame refuses before that (size, content type, throttle) with a problem of the list above.',
    '',
    ...table(['Error', 'Status'], oauth),
  ]);
}

async function auditEvents() {
  const actions = await built('contract/audit-actions.js');
  const { AUDIT_ACTIONS, REFUSAL_REASONS, STEP_UP_REFUSAL_REASONS, TOKEN_REFUSAL_REASONS } = actions;
  const inventory = await inventoryOf();
  const writers = (/** @type {string} */ action) =>
    inventory
      .filter(({ contract }) => contract.audit.includes(action))
      .map(({ method, path }) => code(`${method} ${path}`));
  const rows = Object.entries(AUDIT_ACTIONS).map(([action, meaning]) => {
    const by = writers(action);
    return [code(action), String(meaning), by.length > 0 ? by.join('<br>') : 'an operator’s command'];
  });
  const reasons = (/** @type {Record<string, string>} */ list) =>
    table(
      ['Reason', 'Meaning'],
      Object.entries(list).map(([reason, meaning]) => [code(reason), meaning]),
    );
  return page('Audit events', '`src/contract/audit-actions.ts` and the contracts', [
    'An event and the change it tells of are one transaction. `GET /v1/audit-events` (scope `audit:read`) gives those of',
    'the own tenant, oldest first. An event holds no code, no secret and no number.',
    '',
    '## Actions',
    '',
    ...table(['Action', 'Meaning', 'Written by'], rows),
    '',
    '## Reasons of a refused proof',
    '',
    'In `verification.refused` and `factor.confirmation_refused`. They stand here and in no answer.',
    '',
    ...reasons(REFUSAL_REASONS),
    '',
    '## Reasons of a refused step-up or assertion',
    '',
    'In `step_up.refused`; the answer was 403 `step_up_required`. In `assertion.refused`; it was 422 `verification_refused`.',
    '',
    ...reasons(STEP_UP_REFUSAL_REASONS),
    '',
    '## Reasons why wrong codes were not counted anew',
    '',
    'In `user.codes_reopening_refused`.',
    '',
    ...reasons(actions.REOPENING_REFUSAL_REASONS),
    '',
    '## Reasons of a refused token',
    '',
    'In `token.refused`. A request with an unknown client id belongs to no tenant and leaves no event.',
    '',
    ...reasons(TOKEN_REFUSAL_REASONS),
  ]);
}

async function alerts() {
  const { ALERT_KINDS } = await built('abuse/alerts/alert-kinds.js');
  const rows = Object.entries(ALERT_KINDS).map(([kind, { severity, means }]) => [code(kind), severity, means]);
  return page('Alerts', '`src/abuse/alerts/alert-kinds.ts`', [
    'Every kind of alert of `GET /v1/alerts` and of the webhooks. [detection.md](detection.md) says when they are raised and',
    'what to do.',
    '',
    ...table(['Kind', 'Severity', 'Meaning'], rows),
  ]);
}

/** The default of a setting, for the limits that are settings. */
async function defaults() {
  const { readSettings } = await built('platform/config/settings.js');
  /** @type {Record<string, unknown>} */
  const settings = readSettings({});
  return (/** @type {string} */ name) => settings[name];
}

async function tablesOfDatabase() {
  const { SEALED_COLUMNS } = await built('platform/keys/sealed-columns.js');
  const { BINDINGS } = await built('platform/keys/bindings.js');
  return tables({ sealed: SEALED_COLUMNS, bound: Object.values(BINDINGS) });
}

const PAGES = {
  configuration,
  routes,
  errors,
  'audit-events': auditEvents,
  alerts,
  limits: async () => limits(await defaults()),
  'security/requirements': async () => requirements(await defaults()),
  'source-map': sourceMap,
  tables: tablesOfDatabase,
  claims: async () => claims(await defaults()),
};

async function main() {
  await ensureBuilt();
  const isCheck = process.argv.includes('--check');
  let stale = 0;
  for (const [name, make] of Object.entries(PAGES)) {
    const file = join(root, 'docs', `${name}.md`);
    const text = await make();
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    stale += 1;
    if (!isCheck) writeFileSync(file, text);
    console.log(`docs/${name}.md ${isCheck ? 'is stale: run `npm run docs`' : 'written'}`);
  }
  if (isCheck && stale > 0) process.exitCode = 1;
}

await main();
