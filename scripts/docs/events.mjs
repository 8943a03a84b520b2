// The pages of audit events and alerts.
import { built, inventoryOf } from './built.mjs';
import { code, page, table } from './markup.mjs';

export async function auditEvents() {
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
