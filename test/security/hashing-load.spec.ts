// T-24. The attacker holds a token with `verify` and sends recovery codes as fast as the service takes them, each of which
// costs an argon2id hash, so that nobody's one-time code is judged in time. What a sign-in waits is measured without and with it.
import { MINUTE, Stage, tally } from '../support/stage.js';
import { Wire } from '../support/wire.js';

const STRETCH_MS = 4_000;
const OWNERS = 2;
const ATTACKERS = 24;
/** Between two requests of an attacker: 240 a second in all, where the throttle lets one client send 100. */
const ATTACKER_PAUSE_MS = 100;
/** What a person does not notice; the machine that runs this has other work too. */
const P99_LIMIT_MS = 250;

interface Stretch {
  readonly latencies: readonly number[];
  readonly statuses: Record<string, number>;
}

describe('hashing under load', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
    await stage.later(MINUTE);
  });
  afterAll(() => stage.stop());

  /** Unknown users take the way of a known one, over decoys, and have no code to run out of. */
  async function drive(connections: number, code: (number: number) => string, pauseMs = 0): Promise<Stretch> {
    const latencies: number[] = [];
    const seen: string[] = [];
    const endsAt = performance.now() + STRETCH_MS;
    const one = async (_none: unknown, connection: number) => {
      const wire = await Wire.open(stage.service.url);
      for (let number = 0; performance.now() < endsAt; number += 1) {
        const startedAt = performance.now();
        const path = `/v1/users/${code(0).length}-${connection}-${number}/verify`;
        seen.push((await wire.send({ path, token: stage.token, body: { code: code(number) } })).slice(9, 12));
        latencies.push(performance.now() - startedAt);
        if (pauseMs > 0) await new Promise((done) => setTimeout(done, pauseMs));
      }
      wire.close();
    };
    await Promise.all(Array.from({ length: connections }, one));
    return { latencies: latencies.toSorted((a, b) => a - b), statuses: tally(seen) };
  }

  const oneTimeCode = (number: number) => String(number % 1_000_000).padStart(6, '0');
  const recoveryCode = (number: number) => `7K2M-9QXT-04VB-${oneTimeCode(number).slice(-4)}`;
  const quantile = ({ latencies }: Stretch, share: number) => latencies[Math.floor(latencies.length * share)] ?? NaN;

  it('leaves one-time codes their latency, and refuses what is beyond the queue', async () => {
    await drive(OWNERS, oneTimeCode);
    const alone = await drive(OWNERS, oneTimeCode);
    const [beside, hammering] = await Promise.all([
      drive(OWNERS, oneTimeCode),
      drive(ATTACKERS, recoveryCode, ATTACKER_PAUSE_MS),
    ]);
    const row = (name: string, stretch: Stretch) =>
      `${name} n=${stretch.latencies.length} p50=${quantile(stretch, 0.5).toFixed(1)} ms p99=${quantile(stretch, 0.99).toFixed(1)} ms`;
    process.stderr.write(`${row('one-time codes alone:', alone)}\n${row('beside recovery codes:', beside)}\n`);
    process.stderr.write(`${row('recovery codes:', hammering)} ${JSON.stringify(hammering.statuses)}\n`);
    expect(Object.keys(beside.statuses)).toEqual(['422']);
    expect(Object.keys(hammering.statuses).sort()).toEqual(['422', '503']);
    expect(quantile(beside, 0.99)).toBeLessThan(P99_LIMIT_MS);
  });
});
