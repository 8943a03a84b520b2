// The pages of audit events and alerts.
import { built, inventoryOf } from './built.mjs';
import { code, page, table } from './markup.mjs';

/**
 * Events that an operator's command or the service by itself writes. For the others, and some of these, a contract names
 * the route.
 * @type {Record<string, string[]>}
 */
const outsideRequests = {
  'an operator’s command': [
    'installation.restored',
    'tenant.created',
    'tenant.changed',
    'tenant.app_minimum_changed',
    'client.created',
    'client.suspended',
    'client.resumed',
    'client.look_ups_allowed',
    'client.user_queries_accepted',
    'canary.credential_planted',
    'canary.number_added',
    'canary.number_removed',
    'client.secret_added',
    'client.secret_revoked',
    'client.key_added',
    'client.key_revoked',
    'webhook.endpoint_added',
    'webhook.endpoint_removed',
    'webhook.secret_rotated',
    'webhook.replayed',
  ],
  'the service, by itself': [
    'client.look_ups_stopped',
    'client.user_lists_stopped',
    'phone.code_sent',
    'phone.code_withheld',
    'webhook.endpoint_disabled',
    'row.untrusted',
  ],
};

export async function auditEvents() {
  const actions = await built('contract/audit-actions.js');
  const inventory = await inventoryOf();
  const rows = Object.entries(actions.AUDIT_ACTIONS).map(([action, meaning]) => {
    const routes = inventory.filter(({ contract }) => contract.audit.includes(action));
    const writers = routes.map(({ method, path }) => code(`${method} ${path}`));
    for (const [words, written] of Object.entries(outsideRequests)) if (written.includes(action)) writers.push(words);
    if (writers.length === 0) throw new Error(`${action}: no contract and no list says what writes it`);
    return [code(action), String(meaning), writers.join('<br>')];
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
    ...reasons(actions.REFUSAL_REASONS),
    '',
    '## Reasons of a refused step-up or assertion',
    '',
    'In `step_up.refused`; the answer was 403 `step_up_required`. In `assertion.refused`; it was 422 `verification_refused`.',
    '',
    ...reasons(actions.STEP_UP_REFUSAL_REASONS),
    '',
    '## Reasons of a refused recovery',
    '',
    'In `recovery.refused`. An unknown or ended recovery has no event.',
    '',
    ...reasons(actions.RECOVERY_REFUSAL_REASONS),
    '',
    '## Reasons of a code that was not sent',
    '',
    'In `phone.code_withheld`. The response to the request does not show them.',
    '',
    ...reasons(actions.MESSAGE_REFUSAL_REASONS),
    '',
    '## Reasons why the count of wrong codes was not reset',
    '',
    'In `user.codes_reopening_refused`.',
    '',
    ...reasons(actions.REOPENING_REFUSAL_REASONS),
    '',
    '## Reasons of a refused token',
    '',
    'In `token.refused`. A request with an unknown client id belongs to no tenant and leaves no event.',
    '',
    ...reasons(actions.TOKEN_REFUSAL_REASONS),
    '',
    '## Details',
    '',
    'Members of `details`. Each is a string, and only present where it applies.',
    '',
    ...table(
      ['Detail', 'Meaning'],
      Object.entries(actions.AUDIT_DETAILS).map(([name, meaning]) => [code(name), String(meaning)]),
    ),
  ]);
}

export async function alerts() {
  const { ALERT_KINDS } = await built('abuse/alerts/alert-kinds.js');
  const rows = Object.entries(ALERT_KINDS).map(([kind, { severity, means }]) => [code(kind), severity, means]);
  return page('Alerts', '`src/abuse/alerts/alert-kinds.ts`', [
    'Every kind of alert of `GET /v1/alerts` and of the webhooks. [detection.md](detection.md) says when they are raised and',
    'what to do.',
    '',
    ...table(['Kind', 'Severity', 'Meaning'], rows),
  ]);
}
