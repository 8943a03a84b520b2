import type { Database } from '../platform/database/database.js';
import type { Listener } from '../platform/database/notifications.js';
import { DecisionWaiters, MAX_WAITING, MAX_WAITING_OF_CLIENT } from './decision-waiters.js';

describe('waiting for decisions', () => {
  let listener: Listener;
  let decisions: DecisionWaiters;

  beforeEach(() => {
    const listen = (_channel: string, given: Listener) => {
      listener = given;
      return Promise.resolve();
    };
    decisions = new DecisionWaiters({ notifications: { listen } } as unknown as Database);
  });

  const watch = (challengeId: string, clientId = 'one', gone = new AbortController().signal) =>
    decisions.watch({ challengeId, clientId, gone });

  it('ends for the notified challenge only', async () => {
    const [mine, other] = [await watch('mine'), await watch('other')];
    let isOver = false;
    void other?.next(60_000).then(() => (isOver = true));
    const next = mine?.next(60_000);
    listener.heard('mine');
    await next;
    expect(isOver).toBe(false);
    decisions.onModuleDestroy();
  });

  it('misses no notification between two reads', async () => {
    const mine = await watch('mine');
    listener.heard('mine');
    const began = performance.now();
    await mine?.next(10_000);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('ends when the client has disconnected, also before the wait started', async () => {
    const gone = AbortSignal.abort();
    const began = performance.now();
    await (await watch('mine', 'one', gone))?.next(10_000);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('has limits for a client and in all, and room again when one ends', async () => {
    const all = [];
    for (let waiter = 0; waiter < MAX_WAITING_OF_CLIENT; waiter += 1) all.push(await watch('mine'));
    expect(await watch('mine')).toBeNull();
    for (let waiter = MAX_WAITING_OF_CLIENT; waiter < MAX_WAITING; waiter += 1)
      all.push(await watch('mine', `client ${waiter % 10}`));
    expect(await watch('mine', 'another')).toBeNull();
    all[0]?.end();
    expect(await watch('mine')).not.toBeNull();
  });

  it('ends for all clients when the service stops, and no new wait starts', async () => {
    const mine = await watch('mine');
    const next = mine?.next(60_000);
    decisions.onModuleDestroy();
    await next;
    expect(await watch('mine')).toBeNull();
  });
});
