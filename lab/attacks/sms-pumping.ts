// The attacker earns money with messages to certain numbers, and has a stolen client that may enrol phones and start
// blind look-ups. They create users, give them one number after the other, and make the service send useless codes.
// Twitter said in 2023 that this cost it sixty million dollars a year.
import { totpAt, type EnrolledUser } from '../../test/support/api.js';
import type { Sent } from '../../test/support/phones.js';
import type { Attack, Finding, Scene } from '../attack.js';
import { numberAt } from '../numbers.js';
import { each, namesOf, people, theOnly } from '../people.js';
import { Random } from '../random.js';
import { mostWithin } from '../scoring/score.js';
import type { Caller } from '../server/caller.js';
import type { Ground, LabTenant } from '../server/ground.js';
import { Outbox } from '../server/outbox.js';
import { kindsSeen } from '../server/watched.js';

const STEP_MS = 30_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ACCOUNTS = 12;
/** Places of the plan in a block: the first six digits are the same. */
const BLOCK = 100_000;
const DAILY_CAP = 120;
const BLIND_CAP = 200;
const UNIT = 'codes sent';

export const smsPumping: Attack = {
  name: 'sms-pumping',
  title: 'Codes to numbers that earn money',
  counted:
    'Codes sent: 20 and 50 to a block, 0 to other countries. By look-ups: an eighth of `--blind-cap` an hour and half of it a day.',
  story:
    'The attacker earns money with messages to their numbers and has a stolen client that may enrol phones and start blind look-ups. They create accounts and give them one number after the other, in one block, in many blocks, or in a country with expensive messages. ' +
    'In 2023 Twitter put the cost of such messages at sixty million dollars a year.',
  run: pump,
};

async function pump(scene: Scene): Promise<Finding[]> {
  const { seed, progress } = scene;
  const random = new Random(seed, smsPumping.name);
  const findings: Finding[] = [];
  const ways = [atOnceOneBlock, slowlyOneBlock, answeredOneBlock, manyBlocks, dearCountry, blindLookUps];
  for (const [index, way] of ways.entries()) {
    progress(way.name, index / ways.length);
    findings.push(...(await way(scene, random)));
  }
  return findings;
}

/** Sixty numbers of one block within minutes, and more an hour later. */
async function atOnceOneBlock({ ground }: Scene, random: Random): Promise<Finding[]> {
  const gang = await Gang.of(ground, random);
  const numbers = numbersOf(random, 72, 1);
  await gang.enrol(numbers.slice(0, 60));
  await gang.outbox.workedOff();
  await ground.at(ground.nowMs + HOUR);
  await gang.outbox.workedOff();
  await gang.enrol(numbers.slice(60));
  await gang.outbox.workedOff();
  return [await gang.finding('enrolments, one block of numbers, as fast as it goes', { numbers, bound: 50 })];
}

/** Ten numbers, and ten more after their codes expired: by then the service has counted the unused codes. */
async function slowlyOneBlock({ ground }: Scene, random: Random): Promise<Finding[]> {
  const gang = await Gang.of(ground, random);
  const numbers = numbersOf(random, 30, 1);
  for (let done = 0; done < numbers.length; done += 10) {
    await gang.enrol(numbers.slice(done, done + 10));
    await gang.outbox.workedOff();
    await ground.at(ground.nowMs + 10 * MINUTE);
    await gang.outbox.workedOff();
  }
  return [await gang.finding('enrolments, one block of numbers, ten each ten minutes', { numbers, bound: 20 })];
}

/** One code in three is typed in, so that the block looks honest. */
async function answeredOneBlock({ ground }: Scene, random: Random): Promise<Finding[]> {
  const gang = await Gang.of(ground, random);
  const numbers = numbersOf(random, 60, 1);
  for (let done = 0; done < numbers.length; done += ACCOUNTS) {
    const phones = await gang.enrol(numbers.slice(done, done + ACCOUNTS));
    await gang.outbox.workedOff();
    await gang.confirm(phones.filter((_phone, index) => index % 3 === 0));
    await ground.at(ground.nowMs + 6 * MINUTE);
    await gang.outbox.workedOff();
  }
  const note =
    'Within 35 minutes. An attacker who types codes in looks honest: then the cap of the block is the bound.';
  return [await gang.finding('enrolments, one block, a third of the codes typed in', { numbers, bound: 50, note })];
}

/** Each number in another block: only the tenant’s own cap is left. */
async function manyBlocks({ ground }: Scene, random: Random): Promise<Finding[]> {
  const gang = await Gang.of(ground, random);
  await ground.service.operate('phones', 'set', '--tenant', gang.tenant.tenantId, '--daily-cap', String(DAILY_CAP));
  const numbers = numbersOf(random, 36, BLOCK);
  await gang.enrol(numbers);
  await gang.outbox.workedOff();
  const note = `The operator set ${DAILY_CAP} a day; a quarter of it is allowed per hour. The default is 2,000 a day and 500 an hour.`;
  return [
    await gang.finding('enrolments, each number of another block, within an hour', {
      numbers,
      bound: DAILY_CAP / 4,
      note,
    }),
  ];
}

async function dearCountry({ ground }: Scene, random: Random): Promise<Finding[]> {
  const gang = await Gang.of(ground, random);
  // Latvia and Tunisia are not among the tenant’s countries. Half of the numbers were confirmed while they still were.
  const numbers = Array.from({ length: 48 }, (_none, index) =>
    index % 2 === 0
      ? `+3712000${1_000 + random.below(150) * 50 + index}`
      : `+2162012${1_000 + random.below(150) * 50 + index}`,
  );
  const [known, unknown] = [numbers.slice(0, 24), numbers.slice(24)];
  await ground.plant(known.map((phoneNumber) => ({ tenant: gang.tenant, phoneNumber })));
  await gang.enrol(unknown);
  for (const phoneNumber of known) await gang.beginLookUp(phoneNumber);
  await gang.outbox.workedOff();
  return [
    await gang.finding('enrolments and blind look-ups, two countries that are not on the list', { numbers, bound: 0 }),
  ];
}

/** Thirty in each of four hours and more in the fifth, all of registered numbers, from unknown addresses. */
async function blindLookUps({ ground }: Scene, random: Random): Promise<Finding[]> {
  const gang = await Gang.of(ground, random);
  await ground.service.operate('phones', 'set', '--tenant', gang.tenant.tenantId, '--blind-cap', String(BLIND_CAP));
  const numbers = numbersOf(random, 130, BLOCK);
  await ground.plant(numbers.map((phoneNumber) => ({ tenant: gang.tenant, phoneNumber })));
  for (let done = 0; done < numbers.length; done += 30) {
    await each(numbers.slice(done, done + 30), (phoneNumber) => gang.beginLookUp(phoneNumber));
    await gang.outbox.workedOff();
    await ground.at(ground.nowMs + 65 * MINUTE);
  }
  const way = 'blind look-ups of registered numbers, each of another block';
  const inAnHour = (sent: readonly Sent[]) => mostWithin(timesOf(sent), HOUR);
  const note = `The operator set ${BLIND_CAP} a day; unknown addresses get half. The default is 1,000 a day.`;
  // The whole attack takes six hours.
  return [
    await gang.finding(`${way}, in an hour`, { numbers, bound: BLIND_CAP / 8, count: inAnHour, note }),
    await gang.finding(`${way}, in a day`, { numbers, bound: BLIND_CAP / 2, note }),
  ];
}

interface Counted {
  readonly numbers: readonly string[];
  readonly bound: number;
  readonly count?: (sent: readonly Sent[]) => number;
  readonly note?: string;
}

interface Phone {
  readonly user: EnrolledUser;
  readonly phoneId: string;
  readonly phoneNumber: string;
}

/** A tenant whose client was stolen, and the attacker's accounts there. */
class Gang {
  private requests = 0;

  private constructor(
    private readonly ground: Ground,
    readonly tenant: LabTenant,
    private readonly caller: Caller,
    private readonly users: readonly EnrolledUser[],
    readonly outbox: Outbox,
  ) {}

  static async of(ground: Ground, random: Random): Promise<Gang> {
    const tenant = await ground.tenant({ clients: 1, scopes: 'factors:write verify phones:write phones:blind' });
    const caller = ground.caller(theOnly(tenant.clients), () => random.address());
    const users = await people({ ground, caller, names: namesOf('account', ACCOUNTS) });
    return new Gang(ground, tenant, caller, users, new Outbox(ground, tenant));
  }

  /** A number for each account, each with a fresh proof; repeats half a minute later while numbers are left. */
  async enrol(numbers: readonly string[]): Promise<Phone[]> {
    const phones: Phone[] = [];
    for (let done = 0; done < numbers.length; done += ACCOUNTS) {
      await this.ground.at(this.ground.nowMs + STEP_MS);
      const part = numbers.slice(done, done + ACCOUNTS);
      const begun = await each(part, (phoneNumber, index) =>
        this.begin(this.users[index] as EnrolledUser, phoneNumber),
      );
      phones.push(...begun.flat());
    }
    return phones;
  }

  async confirm(phones: readonly Phone[]): Promise<void> {
    const sent = this.outbox.sent(new Set(phones.map(({ phoneNumber }) => phoneNumber)));
    for (const { phoneNumber, code } of sent) {
      const phone = phones.find((one) => one.phoneNumber === phoneNumber);
      if (phone === undefined) continue;
      const path = `/v1/users/${phone.user.userId}/phones/${phone.phoneId}/confirm`;
      const { status, text } = await this.caller.post(path, { code });
      if (status !== 200) throw new Error(`a code was answered with ${status} ${text}`);
    }
  }

  async beginLookUp(phoneNumber: string): Promise<void> {
    this.requests += 1;
    const { status, text } = await this.caller.post('/v1/blind-lookups', { phoneNumber });
    if (status !== 202 && status !== 429) throw new Error(`a look-up was answered with ${status} ${text}`);
  }

  async finding(way: string, { numbers, bound, count, note }: Counted): Promise<Finding> {
    const sent = this.outbox.sent(new Set(numbers));
    const gained = count === undefined ? sent.length : count(sent);
    const alerts = await kindsSeen(this.ground, this.tenant);
    return { way, sent: this.requests, gained, unit: UNIT, bound, alerts, ...(note === undefined ? {} : { note }) };
  }

  /** Empty if the service refuses the number. */
  private async begin(user: EnrolledUser, phoneNumber: string): Promise<Phone[]> {
    const path = `/v1/users/${user.userId}`;
    const body = { code: totpAt(user.secret, this.ground.nowMs), action: 'factors.add' };
    const proven = await this.caller.post(`${path}/verify`, body);
    if (proven.status !== 200) throw new Error(`not proven: ${proven.status} ${proven.text}`);
    const headers = { 'step-up': (proven.json() as { assertion: string }).assertion };
    this.requests += 1;
    const answer = await this.caller.post(`${path}/phones`, { phoneNumber, channel: 'sms' }, headers);
    if (answer.status !== 202 && answer.status !== 409)
      throw new Error(`an enrolment was answered with ${answer.status} ${answer.text}`);
    return answer.status === 202 ? [{ user, phoneId: (answer.json() as { id: string }).id, phoneNumber }] : [];
  }
}

/** Numbers from a drawn place of the plan, `apart` places apart; the first ones stay in one block. */
function numbersOf(random: Random, count: number, apart: number): string[] {
  const start = BLOCK * random.below(200) + random.below(BLOCK - count);
  return Array.from({ length: count }, (_none, index) => numberAt(start + index * apart));
}

function timesOf(sent: readonly Sent[]): number[] {
  return sent.map(({ at }) => Date.parse(at)).sort((one, other) => one - other);
}
