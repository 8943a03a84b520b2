// The last steps. A factor is added only with a proof, the removal of a factor changes no rule, and the audit log has
// every event.
import { expectSame } from './refusal.js';
import type { ExpectedEvent, Factor, Scene } from './scene.js';

const PAGE = 100;
/** Milliseconds until every event of the run must be readable. */
const PATIENCE_MS = 5_000;
const COLUMNS = [10, 29, 16] as const;

interface AuditEvent extends ExpectedEvent {
  readonly at: string;
}

export async function addSecondFactor(scene: Scene): Promise<void> {
  scene.announce({
    title: 'Add a second factor without a proof',
    shows: 'A client with only a token cannot add an authenticator to an enrolled user: that needs a fresh proof.',
    lesson: 'attackers add devices of their own. In 2022 they added theirs to 93 Authy accounts.',
  });
  const wish = { method: 'POST', path: `/v1/users/${scene.user}/factors/totp`, body: {} } as const;
  const answer = await scene.exchange(wish, 403);
  expectSame('the code of the refusal', 'step_up_required', answer.json['code']);
  scene.expectEvent(answer, { action: 'step_up.refused', reason: 'step_up_missing', userId: scene.user });
  scene.conclude('Refused.');
}

export async function remove(scene: Scene, factor: Factor, assertion: string): Promise<void> {
  scene.announce({
    title: 'Remove the factor',
    shows:
      'The token alone cannot remove the factor. The assertion of the verification above can, and the user still needs ' +
      'a second factor afterwards.',
    lesson: 'an account must not fall back to its password because a factor was removed.',
  });
  const factors = `/v1/users/${scene.user}/factors`;
  const wish = { method: 'DELETE', path: `${factors}/${factor.id}` } as const;
  const refused = await scene.exchange(wish, 403, 'head');
  scene.expectEvent(refused, { action: 'step_up.refused', reason: 'step_up_missing', userId: scene.user });
  scene.screen.line();
  const removed = await scene.exchange({ ...wish, stepUp: assertion }, 204);
  scene.expectEvent(removed, { action: 'factor.removed', userId: scene.user });
  scene.screen.line();
  const listed = await scene.exchange({ method: 'GET', path: factors }, 200);
  expectSame('the factors left', [], listed.json['data']);
  expectSame('mfaRequired', true, listed.json['mfaRequired']);
  scene.conclude('Removed, and `mfaRequired` is still true.');
}

export async function readTrail(scene: Scene): Promise<void> {
  scene.announce({
    title: 'Read the audit trail',
    shows:
      'The reason of each refusal is in the audit log only. It is written in the same transaction as the change that it ' +
      'describes, and no database login can alter it. These are the events of this run, found by their request ids.',
    lesson: 'effective logging: the operator sees what the client must not learn.',
  });
  const events = await eventsOfRun(scene);
  scene.screen.line();
  drawTable(scene, events);
  const facts = events.map(({ requestId, action, reason, userId }) => ({ requestId, action, reason, userId }));
  const expected = scene.events.map(({ requestId, action, reason, userId }) => ({ requestId, action, reason, userId }));
  expectSame('the events of this run', expected, facts);
  scene.conclude(`${events.length} events, with the reasons that the answers did not show.`);
}

/** The log shows an event after it has its number, so the last ones may take a moment. */
async function eventsOfRun(scene: Scene): Promise<AuditEvent[]> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let isFirst = true; ; isFirst = false) {
    const events = await readLog(scene, isFirst);
    if (events.length >= scene.events.length || Date.now() > deadline) return events;
    await scene.screen.countdown('Not all of them are readable yet', Date.now() + 500);
  }
}

async function readLog(scene: Scene, isShown: boolean): Promise<AuditEvent[]> {
  const ours = new Set(scene.events.map(({ requestId }) => requestId));
  const found: AuditEvent[] = [];
  let pages = 0;
  for (let cursor: string | null = ''; cursor !== null; pages += 1) {
    const path = `/v1/audit-events?limit=${PAGE}${cursor && `&after=${cursor}`}`;
    const { json } = await scene.exchange({ method: 'GET', path }, 200, isShown && pages === 0 ? 'head' : 'nothing');
    const page = json as { data: AuditEvent[]; nextCursor: string | null };
    expectSame('whether the page holds a list', true, Array.isArray(page.data));
    found.push(...page.data.filter(({ requestId }) => ours.has(requestId)));
    cursor = page.nextCursor;
  }
  if (isShown && pages > 1) scene.screen.line(`    … and ${pages - 1} more pages, oldest first`);
  return found;
}

function drawTable({ screen }: Scene, events: readonly AuditEvent[]): void {
  const row = (cells: readonly string[]) =>
    `  ${cells.map((cell, i) => cell.padEnd(COLUMNS[i] ?? 0)).join('')}`.trimEnd();
  screen.line(row(['time UTC', 'action', 'reason', 'user']), 'bold');
  for (const { at, action, reason = '', userId = '' } of events) {
    screen.line(row([at.slice(11, 19), action, reason, userId]));
  }
}
