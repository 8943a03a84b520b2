// The attacker has a stolen client with `verify`, or uses the sign-in page, and has a list of names from an older leak.
// They compare the refusals of a second factor: every byte, and the time (CWE-204, CWE-208).
import { tokenOf, wrongCode, type EnrolledUser } from '../../test/support/api.js';
import { masked, Wire } from '../../test/support/wire.js';
import { aucOf } from '../../test/timing/auc.js';
import type { Attack, Finding, Scene } from '../attack.js';
import { namesOf, people, theOnly } from '../people.js';
import { Random } from '../random.js';
import { kindsSeen } from '../server/watched.js';

/** Each gets as many wrong codes as lock, so all of them are checked. */
const USERS = 200;
const TRIES = 5;
const PAIRS = USERS * TRIES;
/** Requests for other names before the measurement, not counted: the first answers of a process are slow. */
const WARM_UP = 60;
const CONFIDENCE = 0.99;
/** The smallest difference that a measurement of this length can tell from the noise of a lab. */
const CLEAR = 0.05;

export const userEnumeration: Attack = {
  name: 'user-enumeration',
  title: 'Telling known users from unknown ones by their refusals',
  counted: 'Refusals that differ in a byte, or clearly in time: 0.',
  story:
    'The attacker has a list of names and wants to know which of them have a second factor. They send wrong codes for a thousand pairs of a known and an unknown name, in random order. They compare the bytes and the times of the refusals. ' +
    'Another text, or an earlier answer, for unknown users is among the most common faults of sign-in pages (CWE-204, CWE-208).',
  run: compare,
};

interface Member {
  readonly userId: string;
  readonly code: string;
}

async function compare({ ground, seed, progress }: Scene): Promise<Finding[]> {
  const random = new Random(seed, userEnumeration.name);
  const tenant = await ground.tenant({ clients: 1, scopes: 'factors:write verify' });
  const client = theOnly(tenant.clients);
  const caller = ground.caller(client, () => random.address());
  progress('enrolling', 0);
  const known = await people({ ground, caller, names: namesOf('person', USERS) });
  await ground.at(ground.nowMs + 60_000);
  const asker = new Asker(await Wire.open(ground.url), await tokenOf(ground.url, client), random);
  for (const name of namesOf('warmup', WARM_UP)) await asker.ask({ userId: name, code: '000000' });
  const pairs = pairsOf(known, { random, nowMs: ground.nowMs });
  for (const [index, [first, second]] of pairs.entries()) {
    await asker.pair(first, second);
    if (index % 100 === 0) progress('comparing', index / PAIRS);
  }
  asker.close();
  const alerts = await kindsSeen(ground, tenant, 2 * PAIRS);
  const { value, low, high } = aucOf(asker.times('known'), asker.times('unknown'), CONFIDENCE);
  const isClear = low > 0.5 + CLEAR || high < 0.5 - CLEAR;
  const interval = `${low.toFixed(3)} to ${high.toFixed(3)}`;
  return [
    {
      way: `by bytes, ${PAIRS} pairs`,
      sent: 2 * PAIRS,
      gained: asker.differences,
      unit: 'pairs that differ',
      bound: 0,
      alerts,
      note: 'Status line, headers and body, except for the request id, the date, and the counters of the throttle.',
    },
    {
      way: `by time, ${PAIRS} pairs`,
      sent: 2 * PAIRS,
      gained: isClear ? 1 : 0,
      unit: 'clear differences',
      bound: 0,
      alerts,
      note: `AUC ${value.toFixed(3)} (99 % interval ${interval}), ${Math.abs(value - 0.5).toFixed(3)} from chance; a difference is clear if the interval is more than ${CLEAR} away from 0.5. The machine was shared with other work; the evidence is in docs/security/evidence.`,
    },
  ];
}

type Kind = 'known' | 'unknown';

interface Asked extends Member {
  readonly kind: Kind;
}

/**
 * Each known name with an unknown one of the same length, each name equally often, in random order within the pair and
 * over all pairs.
 */
function pairsOf(
  known: readonly EnrolledUser[],
  { random, nowMs }: { readonly random: Random; readonly nowMs: number },
): [Asked, Asked][] {
  const strangers = namesOf('absent', USERS);
  const pairs = Array.from({ length: PAIRS }, (_none, index): [Asked, Asked] => {
    const user = known[index % USERS] as EnrolledUser;
    const code = wrongCode(user.secret, nowMs, random.below(1_000_000));
    const pair: [Asked, Asked] = [
      { kind: 'known', userId: user.userId, code },
      { kind: 'unknown', userId: strangers[index % USERS] ?? '', code },
    ];
    return random.isTrue(0.5) ? pair : [pair[1], pair[0]];
  });
  for (let last = pairs.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    [pairs[last], pairs[other]] = [pairs[other] as [Asked, Asked], pairs[last] as [Asked, Asked]];
  }
  return pairs;
}

class Asker {
  differences = 0;
  private readonly measured: Record<Kind, number[]> = { known: [], unknown: [] };

  constructor(
    private readonly wire: Wire,
    private readonly token: string,
    private readonly random: Random,
  ) {}

  async pair(first: Asked, second: Asked): Promise<void> {
    const answers: string[] = [];
    for (const asked of [first, second]) {
      const { answer, nanoseconds } = await this.ask(asked);
      this.measured[asked.kind].push(nanoseconds);
      answers.push(answer);
    }
    if (!answers[0]?.startsWith('HTTP/1.1 422 ')) throw new Error(`a wrong code was answered with ${answers[0]}`);
    if (answers[0] !== answers[1]) this.differences += 1;
  }

  async ask({ userId, code }: Member): Promise<{ answer: string; nanoseconds: number }> {
    const wish = {
      path: `/v1/users/${userId}/verify`,
      token: this.token,
      body: { code },
      forwardedFor: this.random.address(),
    };
    const before = process.hrtime.bigint();
    const answer = await this.wire.send(wish);
    const nanoseconds = Number(process.hrtime.bigint() - before);
    return { answer: masked(answer), nanoseconds };
  }

  times(kind: Kind): Float64Array {
    return Float64Array.from(this.measured[kind]);
  }

  close(): void {
    this.wire.close();
  }
}
