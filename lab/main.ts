// `npm run lab`: attacks a running service over HTTP, and prints the results. `npm run lab -- NAME …` runs some of the
// attacks, `--list` shows their names. `--seed S` changes the random seed, `--full` also sends requests that cannot
// gain anything, `--days N` shortens the month, `--out DIR` sets the folder of the report. Exit status 0: every
// documented bound held.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { interruption } from '../bench/interruption.js';
import { wishesFrom, type Wishes } from './arguments.js';
import type { Attack, Scene } from './attack.js';
import { authyReplay } from './attacks/authy-replay.js';
import { credentialStuffing } from './attacks/credential-stuffing.js';
import { identifierHarvesting } from './attacks/identifier-harvesting.js';
import { ownPhoneCounting } from './attacks/own-phone-counting.js';
import { pushBombing } from './attacks/push-bombing.js';
import { silentDevice } from './attacks/silent-device.js';
import { smsPumping } from './attacks/sms-pumping.js';
import { tenantHopping } from './attacks/tenant-hopping.js';
import { totpGuessing } from './attacks/totp-guessing.js';
import { totpReplayRace } from './attacks/totp-replay-race.js';
import { unlockGuessing } from './attacks/unlock-guessing.js';
import { userEnumeration } from './attacks/user-enumeration.js';
import { progressBar } from './progress.js';
import { headline } from './report/headline.js';
import { page } from './report/page.js';
import { course, exposure, falseAlarms } from './report/plots.js';
import { verdicts, type Attacked, type Results } from './report/results.js';
import { ATTACK_HEADS, attackRows, CELL_HEADS, cellRows, plain, summary } from './report/table.js';
import { Random } from './random.js';
import { reckon, type Reckoned } from './scoring/reckoned.js';
import { Ground } from './server/ground.js';
import { TENANT_A_DAY } from './timeline/matrix.js';
import { month, type Month } from './timeline/month.js';

/** Adding one? A file in attacks/, and a line here. */
const ATTACKS: readonly Attack[] = [
  authyReplay,
  totpGuessing,
  totpReplayRace,
  silentDevice,
  pushBombing,
  smsPumping,
  credentialStuffing,
  userEnumeration,
  tenantHopping,
  ownPhoneCounting,
  identifierHarvesting,
  unlockGuessing,
];
const MONTH = { name: 'stolen-credentials', title: 'A month with stolen credentials, beside honest tenants' } as const;
const NAMES = [...ATTACKS.map(({ name }) => name), MONTH.name];
const RATES = [0.3, 0.4, 0.5, 0.6, 0.64, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];
const WALKED = 20_000_000;
const LIMIT_MINUTES = 60;
const root = resolve(import.meta.dirname, '..');
const say = (line: string) => process.stderr.write(`${line}\n`);

async function main(): Promise<boolean> {
  const wishes = wishesFrom(process.argv.slice(2), NAMES, root);
  if (wishes.isList) {
    for (const { name, title } of [...ATTACKS, MONTH]) process.stdout.write(`${name.padEnd(20)} ${title}\n`);
    return true;
  }
  say(
    `seed ${wishes.seed}${wishes.isFull ? ', everything is sent' : ''}; a service on loopback is started and attacked`,
  );
  const results = await Promise.race([attacked(wishes), interruption(LIMIT_MINUTES)]);
  publish(results, wishes);
  return verdicts(results).every(({ isHeld }) => isHeld);
}

async function attacked({ names, seed, days, isFull }: Wishes): Promise<Results> {
  const startedAt = performance.now();
  const isWanted = (name: string) => names.length === 0 || names.includes(name);
  const ground = await Ground.open();
  const scene: Scene = { ground, seed, isFull, progress: progressBar(process.stderr) };
  try {
    const attacks: Attacked[] = [];
    for (const attack of ATTACKS.filter(({ name }) => isWanted(name))) attacks.push(await run(attack, scene));
    const found = isWanted(MONTH.name) ? await runMonth(scene, days) : null;
    const reckoned = found === null ? [] : walked(scene);
    const seconds = (performance.now() - startedAt) / 1_000;
    return { seed, isFull, machine: machineOf(), seconds, attacks, month: found, reckoned };
  } finally {
    await ground.close();
  }
}

async function run(attack: Attack, scene: Scene): Promise<Attacked> {
  say(`\n${attack.title}`);
  const startedAt = performance.now();
  const findings = await attack.run(scene);
  const { name, title, story } = attack;
  return { name, title, story, seconds: (performance.now() - startedAt) / 1_000, findings };
}

function runMonth(scene: Scene, days: number): Promise<Month> {
  say(`\n${MONTH.title}`);
  return month(scene, days);
}

function walked({ seed, progress }: Scene): Reckoned[] {
  return RATES.map((hitRate, index) => {
    progress('chance is reckoned', index / RATES.length);
    return reckon({ hitRate, numbers: WALKED, perDay: TENANT_A_DAY, random: new Random(seed, 'reckoned', hitRate) });
  });
}

function machineOf(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model ?? 'processor'}, Node ${process.version}`;
}

function publish(results: Results, { out }: Wishes): void {
  mkdirSync(out, { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(out, name), text);
  write('index.html', page(results));
  write('report.json', `${JSON.stringify(results, null, 1)}\n`);
  const drawing = headline(results);
  if (drawing !== null) write('headline.svg', drawing);
  const { month: found, reckoned } = results;
  if (found !== null) {
    write('course.svg', course(found));
    write('exposure.svg', exposure(found));
    write('false-alarms.svg', falseAlarms(reckoned, found));
    process.stdout.write(`\n${plain(CELL_HEADS, cellRows(found.cells))}\n`);
  }
  if (results.attacks.length > 0) process.stdout.write(`\n${plain(ATTACK_HEADS.slice(0, -1), attackRows(results))}\n`);
  process.stdout.write(`\n${summary(results)}\n\n${results.seconds.toFixed(0)} s; ${join(out, 'index.html')}\n`);
}

main().then(
  (isHeld) => process.exit(isHeld ? 0 : 1),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
