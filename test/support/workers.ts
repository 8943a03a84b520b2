// Waits until the workers of all instances have done what there is to do. After that, "no alert was raised" is a fact.
import { setTimeout as pause } from 'node:timers/promises';
import type { Stage } from './stage.js';

const WITHIN_MS = 20_000;

/** Rows that wait for a worker, by its task. */
const LEFT = {
  'number the events': `SELECT FROM audit_events AS event WHERE NOT EXISTS (
    SELECT FROM audit_numbers AS numbered
    WHERE (numbered.tenant_id, numbered.tx, numbered.id) = (event.tenant_id, event.tx, event.id))`,
  'count signs of guessing': `SELECT FROM audit_numbers AS numbered
    LEFT JOIN signal_cursors AS cursor ON cursor.tenant_id = numbered.tenant_id
    WHERE numbered.number > coalesce(cursor.number, 0)`,
  'look at the numbers asked about': 'SELECT FROM observations WHERE noticed_at IS NULL',
  'number the alerts': 'SELECT FROM alerts WHERE number IS NULL',
} as const;

/** @throws if a worker is not done within twenty seconds */
export function workersDone(stage: Stage): Promise<void> {
  return noneLeft(stage, LEFT);
}

/** No delivery of an alert is due: each was tried, and its answer may still be on its way. */
export async function deliveriesTried(stage: Stage): Promise<void> {
  await workersDone(stage);
  const due = `SELECT FROM alert_deliveries WHERE status = 'waiting' AND due_at <= '${new Date(stage.nowMs).toISOString()}'`;
  await noneLeft(stage, { 'try to deliver the alerts': due });
}

/** Every alert was delivered: logged, and accepted by all endpoints. */
export async function alertsDelivered(stage: Stage): Promise<void> {
  await workersDone(stage);
  await noneLeft(stage, { 'deliver the alerts': "SELECT FROM alert_deliveries WHERE status = 'waiting'" });
}

async function noneLeft(stage: Stage, rowsOf: Readonly<Record<string, string>>): Promise<void> {
  const text = Object.values(rowsOf).map((rows, index) => `EXISTS (${rows}) AS left_${index}`);
  const startedAt = performance.now();
  for (;;) {
    const [row = {}] = await stage.service.sql<Record<string, boolean>>(`SELECT ${text.join(', ')}`);
    const left = Object.keys(rowsOf).filter((_what, index) => row[`left_${index}`]);
    if (left.length === 0) return;
    if (performance.now() - startedAt > WITHIN_MS) throw new Error(`the workers did not ${left.join(', ')}`);
    await pause(50);
  }
}
