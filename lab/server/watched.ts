// The tenant's own view of an attack: its alerts and its audit log.
import type { Ground, LabTenant } from './ground.js';

/** The detector reads this many events of a tenant in each run. */
const EVENTS_A_LOOK = 1_000;
const TENANTS_A_LOOK = 64;
const ADDRESS = '198.18.255.1';

export interface Alert {
  readonly kind: string;
  readonly firstAt: string;
}

export interface Event {
  readonly at: string;
  readonly action: string;
  readonly reason?: string;
  readonly userId?: string;
  readonly targetId?: string;
  readonly requestId?: string;
}

export async function alertsOf(ground: Ground, { auditor }: LabTenant): Promise<Alert[]> {
  const answer = await ground.caller(auditor, () => ADDRESS).get('/v1/alerts?limit=100');
  if (answer.status !== 200) throw new Error(`alerts were answered with ${answer.status} ${answer.text}`);
  return (answer.json() as { data: Alert[] }).data;
}

/** Runs the detectors until they have read this many events, and returns the kinds of all alerts. */
export async function kindsSeen(ground: Ground, tenant: LabTenant, events = EVENTS_A_LOOK): Promise<string[]> {
  await ground.look(TENANTS_A_LOOK * (1 + Math.ceil(events / EVENTS_A_LOOK)));
  const alerts = await alertsOf(ground, tenant);
  return [...new Set(alerts.map(({ kind }) => kind))].sort();
}

/** The whole log of the tenant, oldest first, page by page. */
export async function eventsOf(ground: Ground, { auditor }: LabTenant): Promise<Event[]> {
  // Runs no detector, but gives every event its number.
  await ground.look(0);
  const caller = ground.caller(auditor, () => ADDRESS);
  const events: Event[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const answer = await caller.get(`/v1/audit-events?limit=100${cursor === '' ? '' : `&after=${cursor}`}`);
    if (answer.status !== 200) throw new Error(`the log was answered with ${answer.status} ${answer.text}`);
    const page = answer.json() as { data: Event[]; nextCursor: string | null };
    events.push(...page.data);
    cursor = page.nextCursor;
  }
  return events;
}
