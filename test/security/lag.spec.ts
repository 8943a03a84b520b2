// R-10, T-46. The attacker floods the log or stops the numbering of events, so that the detectors see no events for a
// while. The operator must get an alert, and the service must report the lag.
import { OPERATOR_TENANT_ID } from '../../src/contract/reserved-tenants.js';
import { call } from '../support/api.js';
import { EventLog, openTransaction } from '../support/event-log.js';
import { freePort } from '../support/redis-server.js';
import { SECOND, Stage } from '../support/stage.js';

jest.setTimeout(60_000);

describe('detection lag', () => {
  let stage: Stage;
  let metrics: string;

  beforeAll(async () => {
    const port = await freePort();
    metrics = `http://127.0.0.1:${port}`;
    stage = await Stage.open(1, { METRICS_PORT: String(port) });
  });
  afterAll(() => stage.stop());

  const ready = async () => {
    const { status, text } = await call(stage.service.url, { path: '/health/ready' });
    return [status, JSON.parse(text)] as const;
  };
  const lagOf = async (follower: string) => {
    const { text } = await call(metrics, { path: '/metrics' });
    return Number(new RegExp(`^countersign_lag_seconds\\{follower="${follower}"\\} ([\\d.]+)$`, 'm').exec(text)?.[1]);
  };
  const told = () =>
    stage.service.sql('SELECT count FROM alerts WHERE tenant_id = $1 AND kind = $2', [
      OPERATOR_TENANT_ID,
      'detection_lagging',
    ]);
  const until = async (isSo: () => Promise<boolean>) => {
    for (let tries = 0; !(await isSo()); tries += 1) {
      if (tries === 200) throw new Error('it never came to that');
      await new Promise((done) => setTimeout(done, 100));
    }
  };

  it('raises an operator alert and is shown by /health/ready and a metric, until it has caught up', async () => {
    const log = new EventLog(stage);
    await stage.verify('first', '000000');
    await log.untilShown('first');
    expect(await ready()).toEqual([200, { status: 'ok' }]);
    expect(await told()).toEqual([]);

    // A holder of the owner's login takes the lock of the numbering and keeps it.
    const holder = await openTransaction(stage.service.databaseUrl);
    await holder.query('LOCK TABLE audit_turn IN EXCLUSIVE MODE');
    await stage.verify('held-up', '000000');
    expect(await lagOf('event_numbers')).toBe(0);
    await stage.later(6 * SECOND);
    expect(await lagOf('event_numbers')).toBe(6);
    await until(async () => (await told()).length > 0);
    expect(await told()).toEqual([{ count: 1 }]);
    expect(await ready()).toEqual([200, { status: 'ok', behind: ['event_numbers'] }]);

    await holder.query('COMMIT');
    await holder.end();
    await log.untilShown('held-up');
    await until(async () => (await ready())[1].behind === undefined);
    expect(await lagOf('event_numbers')).toBe(0);
    expect(await told()).toEqual([{ count: 1 }]);
  });
});
