// The service with a clock and background work that its parent moves, for comparing two of them. No loop, queue or poll runs by
// itself: `advance` runs what is due, in the order of time. `randomInt` draws from a seed, so that two services choose the same
// moments; client secrets come from it too, so that this entry is for tests only.
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
const { Rounds } = await import('../../dist/platform/clock/rounds.js');
const { Database } = await import('../../dist/platform/database/database.js');
const { Poll } = await import('../../dist/platform/database/poll.js');
const { QueueWorker } = await import('../../dist/delivery/queue-worker.js');

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
startedAs(Rounds, loops, () => undefined);
startedAs(QueueWorker, queues, () => undefined);
startedAs(Poll, polls, (poll) => poll.refresh());
Poll.prototype.isFresh = () => true;

// When the next of a queue is due. Adding a queue? Also: here.
const NEXT_DUE = {
  name: 'test_next_due',
  text: `
    SELECT min(due_at) AS due FROM (
      SELECT min(due_at) AS due_at FROM messages WHERE due_at > $1::timestamptz
      UNION ALL SELECT min(push_due_at) FROM challenges WHERE push_due_at > $1::timestamptz
      UNION ALL SELECT min(due_at) FROM alert_deliveries WHERE due_at > $1::timestamptz AND status = 'waiting') AS queues`,
};
const ONE = { slots: 1, slotsOfTenant: 1, busy: [] };

async function workQueues() {
  for (const { queue } of queues)
    for (;;) {
      const taken = await queue.take(ONE);
      for (const item of taken) await queue.handle(item);
      if (taken.length === 0) break;
    }
}

/** @param {any} service @param {number} toMs */
async function advance(service, toMs) {
  const clock = service.app.get(Clock);
  const database = service.app.get(Database);
  for (;;) {
    await workQueues();
    const [row] = await database.run(NEXT_DUE, [clock.now()]);
    const dueMs = row?.due?.getTime() ?? Infinity;
    if (dueMs > toMs) break;
    clock.setting = { frozenAtMs: dueMs };
  }
  clock.setting = { frozenAtMs: toMs };
  // Twice: what one of them has done is seen by those before it.
  for (const loop of [...loops, ...loops]) await loop.now();
  for (const poll of polls) await poll.refresh();
  await workQueues();
}

await serve({
  /** Before a request: its instant, and what is drawn during it. */
  turn: async (service, { atMs, draw }) => {
    seed = draw;
    drawn = 0;
    service.app.get(Clock).setting = { frozenAtMs: atMs };
  },
  advance: async (service, { toMs, draw }) => {
    seed = draw;
    drawn = 0;
    await advance(service, toMs);
  },
});
