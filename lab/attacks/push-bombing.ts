// Push bombing. The attacker has the password and makes the application ask the owner's device repeatedly. They hope
// that the owner gives in, or types any number to end it. In 2022 Uber was entered like this: after an hour of requests
// at night, one tap approved one.
import { tokenOf } from '../../test/support/api.js';
import { deviceOf, type DeviceStage, type SoftwareDevice } from '../../test/support/software-device.js';
import type { Attack, Finding, Scene } from '../attack.js';
import { theOnly } from '../people.js';
import { Random } from '../random.js';
import type { Caller } from '../server/caller.js';
import type { Ground } from '../server/ground.js';
import { kindsSeen } from '../server/watched.js';

const HOUR_MS = 3_600_000;
const TIMES = 200;
/** Until the earlier requests have expired. */
const LATER_MS = 11 * 60_000;

export const pushBombing: Attack = {
  name: 'push-bombing',
  title: 'Asking a device two hundred times within an hour',
  counted: 'Requests that reach the device: 60 an hour, 3 in parallel. Approvals: 0.',
  story:
    'The attacker has the password and makes the application ask the owner’s device for an approval, two hundred times within an hour. One owner is asleep and answers no request; another types any six digits to end the requests. ' +
    'In 2022 an employee of Uber approved such a request after more than an hour of them.',
  run: bomb,
};

async function bomb({ ground, seed, progress }: Scene): Promise<Finding[]> {
  const random = new Random(seed, pushBombing.name);
  const tenant = await ground.tenant({ clients: 1, scopes: 'devices:write verify' });
  const client = theOnly(tenant.clients);
  const caller = ground.caller(client, () => random.address());
  const token = await tokenOf(ground.url, client);
  const [asleep, tired] = [new Owner('asleep', caller), new Owner('tired', caller)];
  for (const owner of [asleep, tired]) owner.device = await deviceOf(stageOf(ground, token), owner.userId);
  const startMs = ground.nowMs + LATER_MS;
  for (let time = 0; time < TIMES; time += 1) {
    await ground.at(startMs + Math.floor((time * HOUR_MS) / TIMES));
    await Promise.all([asleep.asked(), tired.asked()]);
    await tired.typeAnything(random);
    if (time % 20 === 0) progress('asking', time / TIMES);
  }
  const alerts = await kindsSeen(ground, tenant);
  const [sent, unit] = [TIMES, 'requests shown'];
  const guesses = `${tired.typed} times six digits were typed blindly, wrong by construction: one wrong number denies. Drawn at random, one of them would be right with a chance of ${(tired.typed / 1e6).toExponential(1)}.`;
  return [
    {
      way: 'to an owner who answers each time with a wrong number',
      sent,
      gained: tired.reached,
      unit,
      bound: 60,
      alerts,
      note: 'The device looks after each attempt. The limit is ten in ten minutes, which is sixty an hour.',
    },
    { way: 'to an owner who is asleep', sent, gained: asleep.reached, unit, bound: 60, alerts },
    {
      way: 'to an owner who is asleep',
      sent,
      gained: asleep.mostAtOnce,
      unit: 'requests shown at the same time',
      bound: 3,
      alerts,
    },
    {
      way: 'to an owner who types any six digits',
      sent,
      gained: tired.approved,
      unit: 'approvals',
      bound: 0,
      alerts,
      note: guesses,
    },
  ];
}

/** The stage's time is always the current time of the ground. */
function stageOf(ground: Ground, token: string): DeviceStage {
  return {
    urls: [ground.url],
    token,
    service: ground.service,
    get nowMs() {
      return ground.nowMs;
    },
  };
}

interface Opened {
  readonly id: string;
  readonly matchCode: string;
}

class Owner {
  device!: SoftwareDevice;
  mostAtOnce = 0;
  typed = 0;
  approved = 0;
  /** The number that the application shows for each request. */
  private readonly shown = new Map<string, string>();
  private readonly seen = new Set<string>();

  constructor(
    readonly userId: string,
    private readonly caller: Caller,
  ) {}

  /** Requests that the device showed. */
  get reached(): number {
    return this.seen.size;
  }

  /** The attacker asks once more; the device looks. */
  async asked(): Promise<void> {
    const answer = await this.caller.post(`/v1/users/${this.userId}/challenges`, { type: 'device' });
    if (answer.status === 201) {
      const { id, matchCode } = answer.json() as Opened;
      this.shown.set(id, matchCode);
    } else if (answer.status !== 429) throw new Error(`asking was answered with ${answer.status} ${answer.text}`);
    const waiting = await this.device.waiting();
    for (const { id } of waiting) this.seen.add(id);
    this.mostAtOnce = Math.max(this.mostAtOnce, waiting.length);
  }

  async typeAnything(random: Random): Promise<void> {
    for (const waiting of await this.device.waiting()) {
      this.typed += 1;
      await this.device.respond(waiting, blindly(random, this.shown.get(waiting.id) ?? ''));
      const answer = await this.caller.get(`/v1/challenges/${waiting.id}`);
      if (answer.status !== 200) throw new Error(`a challenge was answered with ${answer.status} ${answer.text}`);
      if ((answer.json() as { status: string }).status === 'approved') this.approved += 1;
    }
  }
}

/** Six digits that differ from the match code. */
function blindly(random: Random, matchCode: string): string {
  const typed = String(random.below(1_000_000)).padStart(6, '0');
  return typed === matchCode ? blindly(random, matchCode) : typed;
}
