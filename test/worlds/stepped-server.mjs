// The service with a clock and background work that its parent moves, for comparing two services. Loops, queues and
// polls do not run by themselves: `advance` runs the due work, in the order of time. `randomInt` draws from a seed, so
// two services choose the same moments. Client secrets come from it too, so this entry is for tests only.
import { createHash } from 'node:crypto';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

let seed = '';
let drawn = 0;
crypto.randomInt = /** @type {any} */ (
  (/** @type {number} */ first, /** @type {number | undefined} */ second) => {
    const [low, high] = second === undefined ? [0, first] : [first, second];
    const digest = createHash('sha256')
      .update(`${seed} ${(drawn += 1)}`)
      .digest();
    return low + (digest.readUIntBE(0, 6) % (high - low));
  }
);
syncBuiltinESMExports();

const { serve } = await import('../support/moved-clock.mjs');
const { Clock } = await import('../../dist/platform/clock/clock.js');
const { IntervalLoop } = await import('../../dist/platform/clock/interval-loop.js');
const { Database } = await import('../../dist/platform/database/database.js');
const { Poll } = await import('../../dist/platform/database/poll.js');
const { QueueWorker } = await import('../../dist/delivery/queue-worker.js');
const { ALERTS_CHANNEL } = await import('../../dist/abuse/alerts/alert-deliveries.repository.js');
const { PUSHES_CHANNEL } = await import('../../dist/factors/devices/push-queue.repository.js');
const { MESSAGES_CHANNEL } = await import('../../dist/phones/messages/message.statement.js');

/** @type {any[]} */
const loops = [];
/** @type {any[]} */
const queues = [];
/** @type {any[]} */
const polls = [];

/** @param {any} type @param {any[]} kept @param {(instance: any) => unknown} start */
function startedAs(type, kept, start) {
  type.prototype.start = function () {
    kept.push(this);
    return start(this);
  };
}
startedAs(IntervalLoop, loops, () => undefined);
startedAs(QueueWorker, queues, () => undefined);
startedAs(Poll, polls, (poll) => poll.refresh());
Poll.prototype.isFresh = () => true;

/** Alone in an answer, since the next may be due in another queue. */
const ONE = { slots: 1, slotsOfTenant: 1, busy: [] };
// Which queue has something due next. Adding a queue? Also: here.
const NEXT_DUE = {
  name: 'test_next_due',
  text: `
    SELECT channel, due_at AS due FROM (
      SELECT '${MESSAGES_CHANNEL}' AS channel, min(due_at) AS due_at FROM messages
      UNION ALL SELECT '${PUSHES_CHANNEL}', min(push_due_at) FROM challenges WHERE push_due_at IS NOT NULL
      UNION ALL SELECT '${ALERTS_CHANNEL}', min(due_at) FROM alert_deliveries WHERE status = 'waiting') AS queues
    WHERE due_at <= $1::timestamptz ORDER BY due_at LIMIT 1`,
};

/** @param {string} channel */
async function workOne(channel) {
  const { queue } = queues.find((worker) => worker.queue.channel === channel);
  const taken = await queue.take(ONE);
  if (taken.length === 0) throw new Error(`BUG: what is due in ${channel} cannot be taken`);
  for (const item of taken) await queue.handle(item);
}

/** @param {any} service @param {{ toMs: number, passes: number }} wish */
async function advance(service, { toMs, passes }) {
  const clock = service.app.get(Clock);
  const database = service.app.get(Database);
  const workDue = async () => {
    for (;;) {
      const [next] = await database.run(NEXT_DUE, [new Date(toMs)]);
      if (next === undefined) return;
      clock.setting = { frozenAtMs: Math.max(clock.nowMs(), next.due.getTime()) };
      await workOne(next.channel);
    }
  };
  await workDue();
  clock.setting = { frozenAtMs: toMs };
  for (let pass = 0; pass < passes; pass += 1) for (const loop of loops) await loop.now();
  for (const poll of polls) await poll.refresh();
  await workDue();
}

await serve({
  /** Before a request: its instant, and the seed of its random numbers. */
  turn: async (service, { atMs, draw }) => {
    seed = draw;
    drawn = 0;
    service.app.get(Clock).setting = { frozenAtMs: atMs };
  },
  /** Passes: what a loop has done is seen by those before it in the next one. */
  advance: async (service, { toMs, passes, draw }) => {
    seed = draw;
    drawn = 0;
    await advance(service, { toMs, passes });
  },
});
