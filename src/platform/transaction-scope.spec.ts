import { setTimeout as sleep } from 'node:timers/promises';
import { inTransactionScope, refuseInTransaction } from './transaction-scope.js';

const slow = () => refuseInTransaction('something slow');

describe('a transaction', () => {
  it('refuses slow work inside it, also in awaited calls', async () => {
    await expect(inTransactionScope(() => Promise.resolve().then(slow))).rejects.toThrow('BUG: something slow');
    await expect(inTransactionScope(() => sleep(1).then(slow))).rejects.toThrow('BUG: something slow');
  });

  it('allows it before, beside and after', async () => {
    slow();
    const running = inTransactionScope(() => sleep(5));
    slow();
    await running;
    slow();
  });

  it('allows it in work that was started inside and runs after the end', async () => {
    let later: Promise<void> = Promise.resolve();
    await inTransactionScope(() => {
      later = sleep(5).then(slow);
      return Promise.resolve();
    });
    await later;
  });
});
