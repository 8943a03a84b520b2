// The harvesting of 2024, with a key. The attacker has a stolen credential with `factors:read`, whose answer shows
// whether a user id is enrolled, and a list of ids from another source. Sign-ins need that answer, so it is not
// blocked. The lab measures how many ids are confirmed before the alert.
import type { Credentials } from '../../test/support/service.js';
import type { Attack, Finding, Scene } from '../attack.js';
import { CarelessTwin } from '../naive-twin/careless.js';
import { each, namesOf, theOnly } from '../people.js';
import { Random } from '../random.js';
import { falseAlarms, idsBeforeAlert, type Application } from '../scoring/harvest-reckoned.js';
import { quantile } from '../scoring/score.js';
import type { Caller } from '../server/caller.js';
import type { Ground, LabTenant } from '../server/ground.js';
import { alertsOf, kindsSeen } from '../server/watched.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const CANDIDATES = 4_000;
/** One id in this many is enrolled. */
const ONE_OF = 4;
const AT_ONCE = 40;
const KINDS = ['users_asked_without_proof', 'unknown_users_asked'];
const UNIT = 'ids confirmed before the alert';
/** Four weeks of a thousand sign-ins a day, of which 8 % give no proof. */
const PAST = { proven: 920, unproven: 80 };
/** Twice the limit of a day, which raises an immediate alert, plus the ids of the last requests. */
const AT_ONCE_BOUND = 2 * 160 + 2 * AT_ONCE;
const PATIENT_BOUND = 180;
const RECKONED_DAYS = 200_000;
const SLOW = { perDay: 5_000, idsPerDay: 100 };

const PLANT = `
  INSERT INTO users (tenant_id, user_id, created_at, enrolled_at) SELECT $1, name, $3, $3 FROM unnest($2::text[]) AS name`;
const PLANT_PAST = `
  INSERT INTO user_query_counts (tenant_id, subject_id, is_stoppable, is_enrolled, day, open, proven, unproven)
  SELECT $1, $1, is_stoppable, true, ($2::timestamptz AT TIME ZONE 'UTC')::date - back, 0, $3, $4
  FROM unnest(ARRAY[true, false]) AS is_stoppable, generate_series(1, 35) AS back`;

export const identifierHarvesting: Attack = {
  name: 'identifier-harvesting',
  title: 'User ids confirmed with a stolen credential',
  counted: 'Ids confirmed before the alert, and lists of devices in all.',
  story:
    'The attacker stole a credential with factors:read and devices:read and has a list of user ids, a quarter of which belong to enrolled users. Each answer confirms one. They ask as fast as possible, or one id a minute, or read the lists of devices, which no sign-in needs. ' +
    'In 2024 such answers were not counted, with or without a key.',
  run: harvest,
};

async function harvest(scene: Scene): Promise<Finding[]> {
  const ids = namesOf('member', CANDIDATES);
  const enrolled = ids.filter((_id, index) => index % ONE_OF === 0);
  return [
    await onTwin(ids, enrolled),
    await untilTold(scene, { ids, enrolled, paceMs: 0, bound: AT_ONCE_BOUND, way: 'factors, as fast as it goes' }),
    await untilTold(scene, { ids, enrolled, paceMs: MINUTE, bound: PATIENT_BOUND, way: 'factors, one a minute' }),
    await untilStopped(scene, ids, enrolled),
    ...reckoned(scene),
  ];
}

async function onTwin(ids: readonly string[], enrolled: readonly string[]): Promise<Finding> {
  const twin = await CarelessTwin.of(enrolled);
  const answers = await each(ids, (id) => twin.ask('/factors', id));
  twin.end();
  const gained = answers.filter(({ body }) => body['mfaRequired'] === true).length;
  return {
    way: 'the careless twin',
    sent: ids.length,
    gained,
    unit: UNIT,
    bound: null,
    alerts: [],
    note: 'there is no alert',
  };
}

interface Plan {
  readonly ids: readonly string[];
  readonly enrolled: readonly string[];
  /** Time between two requests; zero: as fast as possible. */
  readonly paceMs: number;
  readonly bound: number;
  readonly way: string;
}

/** A tenant with a history, and the thief's credential. */
async function robbed(ground: Ground, seed: string, enrolled: readonly string[]) {
  // Morning, so that the whole attack is within one day.
  await ground.at(Math.ceil(ground.nowMs / DAY) * DAY + 6 * 60 * MINUTE);
  const tenant = await ground.tenant({ clients: 1, scopes: 'factors:read devices:read' });
  await ground.service.sql(PLANT, [tenant.uuid, enrolled, new Date(ground.nowMs - DAY)]);
  await ground.service.bindRows(['enrolled']);
  await ground.service.sql(PLANT_PAST, [tenant.uuid, new Date(ground.nowMs), PAST.proven, PAST.unproven]);
  const random = new Random(seed, identifierHarvesting.name);
  const client: Credentials = theOnly(tenant.clients);
  return { tenant, caller: ground.caller(client, () => random.address()) };
}

async function untilTold({ ground, seed, progress }: Scene, plan: Plan): Promise<Finding> {
  const { ids, enrolled, paceMs, bound, way } = plan;
  const { tenant, caller } = await robbed(ground, seed, enrolled);
  const startMs = ground.nowMs;
  let [sent, gained, isTold] = [0, 0, false];
  while (!isTold && sent < ids.length) {
    const some = ids.slice(sent, sent + AT_ONCE);
    sent += some.length;
    gained += await confirmedOf(caller, some);
    // The detectors see the ids in the same steps as if one came each minute.
    if (paceMs > 0) await ground.at(ground.nowMs + paceMs * some.length);
    await ground.look();
    progress(way, gained / bound);
    isTold = await isToldOf(ground, tenant);
  }
  const minutes = Math.round((ground.nowMs - startMs) / MINUTE);
  const note = isTold ? `alert after ${minutes === 0 ? 'seconds' : `${minutes} minutes`}` : 'no alert';
  const alerts = await kindsSeen(ground, tenant);
  return { way, sent, gained: isTold ? gained : enrolled.length, unit: UNIT, bound, alerts, note };
}

async function confirmedOf(caller: Caller, ids: readonly string[]): Promise<number> {
  const answers = await each(ids, (id) => caller.get(`/v1/users/${id}/factors`));
  return answers.filter(({ status, json }) => status === 200 && (json() as { mfaRequired: boolean }).mfaRequired)
    .length;
}

async function isToldOf(ground: Ground, tenant: LabTenant): Promise<boolean> {
  return (await alertsOf(ground, tenant)).some(({ kind }) => KINDS.includes(kind));
}

/** Goes down the whole list; a stopped client gets no more answers. */
async function untilStopped({ ground, seed, progress }: Scene, ids: readonly string[], enrolled: readonly string[]) {
  const { tenant, caller } = await robbed(ground, seed, enrolled);
  const known = new Set(enrolled);
  let [sent, gained] = [0, 0];
  while (sent < ids.length) {
    const some = ids.slice(sent, sent + AT_ONCE);
    sent += some.length;
    const answers = await each(some, (id) => caller.get(`/v1/users/${id}/devices`));
    gained += some.filter((id, index) => known.has(id) && answers[index]?.status === 200).length;
    progress('devices', sent / ids.length);
    await ground.look();
  }
  const way = 'devices, as fast as it goes';
  const alerts = await kindsSeen(ground, tenant);
  return {
    way,
    sent,
    gained,
    unit: 'enrolled ids answered in all',
    bound: AT_ONCE_BOUND,
    alerts,
    note: 'then stopped',
  };
}

/** Applies the rule itself to drawn sign-ins. */
function reckoned({ seed }: Scene): Finding[] {
  const random = new Random(seed, 'harvest reckoned');
  const honest: Application = { perDay: SLOW.perDay, givenUp: 0.08, unsteady: 0.1 };
  const alerts = falseAlarms(honest, { days: RECKONED_DAYS, random });
  const slow = Array.from(
    { length: 21 },
    () => idsBeforeAlert(honest, { idsPerDay: SLOW.idsPerDay, random }) ?? Infinity,
  );
  const [median, worst] = [quantile(slow, 0.5), quantile(slow, 0.95)];
  return [
    {
      way: `honest days of ${SLOW.perDay.toLocaleString('en-GB')} sign-ins, computed`,
      sent: RECKONED_DAYS,
      gained: alerts,
      unit: 'days with an alert',
      bound: RECKONED_DAYS / 10_000,
    },
    {
      way: `${SLOW.idsPerDay} ids a day hidden in them, computed`,
      sent: 21,
      gained: median,
      unit: UNIT,
      bound: 10 * SLOW.idsPerDay,
      note: `The median of 21 thieves; 19 times in 20 ${worst === Infinity ? 'never within ninety days' : `${worst} at most`}.`,
    },
  ];
}
