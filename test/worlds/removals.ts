// Guards that keep two worlds alike, with the edits that remove each: without the guard, the search has to find a
// difference.
import { readFileSync } from 'node:fs';
import type { Edit } from '../support/mutant.js';
import type { CaseName } from './cases.js';
import type { Sequence } from './search.js';

export interface Removal {
  readonly guard: string;
  /** The finding that the guard fixes. */
  readonly finding: string;
  /** The case in which the search looks. */
  readonly name: CaseName;
  readonly edits: readonly Edit[];
}

const BRAKES = 'delivery/messages/send-limits.ts';
/** As before part 6: a code was charged to the tenant when it was sent. */
const chargedBySending = (purpose: string): Edit[] => [
  { file: BRAKES, find: 'import { budget, isPumped }', replace: 'import { budget, isPumped, tenantBudgets }' },
  {
    file: BRAKES,
    find: 'waitMs: await this.spend(taken, block) }',
    replace: `waitMs: isWithheld(checked) || taken.purpose !== '${purpose}' ? await this.spend(taken, block)
      : await this.budgets.spend(taken.tenantId, tenantBudgets(settings.dailyCap)) }`,
  },
];

export const REMOVALS: readonly Removal[] = [
  {
    guard: 'a blind look-up is charged at its request, not when a code is sent',
    finding: 'A1',
    name: 'whether users exist',
    edits: chargedBySending('blind_lookup'),
  },
  {
    guard: 'a challenge is charged to the tenant at its request, not when a code is sent',
    finding: 'A1',
    name: 'whether users have a phone',
    edits: chargedBySending('challenge'),
  },
  {
    guard: 'a block with unused codes does not stop blind look-ups',
    finding: 'A1',
    name: 'which numbers users have',
    edits: [
      { file: BRAKES, find: "isStopped && message.purpose === 'enrolment'", replace: 'isStopped' },
      {
        file: 'delivery/messages/block-watch.ts',
        find: " || purpose === 'blind_lookup') return;",
        replace: ') return;',
      },
    ],
  },
  {
    guard: 'the half minute between two codes is counted by user and purpose',
    finding: 'A2',
    name: 'which numbers users have',
    edits: [
      {
        file: BRAKES,
        find: '`${purpose} ${isAdmitted ? (userId ?? id) : id}`',
        replace: "isAdmitted && userId !== null ? number.toString('hex') : id",
      },
    ],
  },
  {
    guard: 'the answer to a client depends on its own challenges only',
    finding: 'A3',
    name: 'for whom another client asks',
    edits: [
      {
        file: 'challenges/challenge.policy.ts',
        find: 'recent.filter((challenge) => challenge.clientId === clientId)',
        replace: "recent.filter((challenge) => challenge.clientId !== '')",
      },
    ],
  },
  {
    guard: 'the answer to a client depends on its own look-ups of a number only',
    finding: 'A3',
    name: 'for whom another client asks',
    edits: [
      {
        file: 'phones/budgets/budget.policy.ts',
        find: '[...addressBudgets(address), ...anHour].map(byClient)',
        replace: '[...addressBudgets(address).map(byClient), ...anHour]',
      },
    ],
  },
  {
    guard: 'a request costs the tenant the same, for any number of requests by others for that user',
    finding: 'A3',
    name: 'for whom another client asks',
    edits: [
      {
        file: 'phones/messages/messages.ts',
        find: 'return (await this.isWithinCap(transaction, tenantId)) && hasRoom;',
        replace: 'return hasRoom && (await this.isWithinCap(transaction, tenantId));',
      },
    ],
  },
  {
    guard: 'a withheld challenge asks for a code like any other',
    finding: 'A3',
    name: 'for whom another client asks',
    edits: [
      {
        file: 'challenges/open-challenge.service.ts',
        find: 'if (transaction) await sender?.send',
        replace: 'if (transaction && !isWithheld) await sender?.send',
      },
    ],
  },
  {
    guard: 'cursors are sealed and count the tenant’s own events',
    finding: 'A3',
    name: 'what another tenant does',
    edits: [
      {
        file: 'audit/audit-event.repository.ts',
        find: 'SELECT numbered.number::text, event.tx::text, event.id,',
        replace: `SELECT numbered.number::text, event.id,
      (SELECT count(*) FROM audit_events AS every WHERE every.at <= event.at)::text AS tx,`,
      },
      {
        file: 'audit/event-cursors.ts',
        find: "this.cursors.after(scope, { rows, limit }, ({ number, id }) => `${number.padStart(DIGITS, '0')} ${id}`)",
        replace: `rows.length < limit ? null : (rows as AuditEventRow[]).slice(-1)
      .map(({ tx, number, id }) => Buffer.from(\`\${tx} \${number} \${id}\`).toString("base64url"))[0] ?? null`,
      },
      {
        file: 'audit/event-cursors.ts',
        find: 'this.cursors.open(scope, cursor)',
        replace: 'cursor && Buffer.from(cursor, "base64url").toString().replace(/^\\d+ /, "")',
      },
    ],
  },
  {
    guard: 'registered numbers do not affect who may start blind look-ups or enrol numbers',
    finding: 'of the same kind',
    name: 'which numbers users have',
    edits: [
      {
        file: 'abuse/watch/observation.statement.ts',
        find: 'judged_at IS NULL AND NOT is_blind AND asked_at',
        replace: 'judged_at IS NULL AND asked_at',
      },
      {
        file: 'abuse/watch/watch.repository.ts',
        find: 'judged_at IS NULL AND NOT is_blind AND asked_at',
        replace: 'judged_at IS NULL AND asked_at',
      },
    ],
  },
];

/** A sequence that tells two worlds apart without that guard, as found and shrunk by a search. */
interface FoundSequence extends Sequence {
  readonly without: string;
}

export const FOUND = JSON.parse(readFileSync('test/worlds/found.json', 'utf8')) as readonly FoundSequence[];
