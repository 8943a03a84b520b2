// `npm run evidence:timing`: measures whether time tells refusals apart, and how many requests would be needed to see
// it. `--endpoint NAME` selects one endpoint or several, `--quick` takes half a minute for each, `--samples N` sets the
// times of each class, `--out DIR` the folder. Exit status 0: every run is valid and no cell differs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { interruption } from '../../bench/interruption.js';
import { describeServer, inspectServer } from '../../bench/postgres.js';
import { scratchServer } from '../../scripts/scratch-postgres.mjs';
import { blindLookups, blindLookupsNext } from './blind-lookups.js';
import { challenges, challengesNext } from './challenges.js';
import type { Endpoint } from './endpoint.js';
import { judge } from './judgement.js';
import { measure, type Watch } from './measurement.js';
import { phoneLookups } from './phone-lookups.js';
import { phoneMatch } from './phone-match.js';
import { planFrom, selected, type Plan } from './plan.js';
import { plot } from './plot.js';
import { machineWith, reportOf, table, verdict, written, type Report } from './report.js';
import { verify } from './verify.js';

/** Adding a route? A file like verify.ts, and its endpoint here. */
const ENDPOINTS: readonly Endpoint[] = [
  verify,
  challenges,
  challengesNext,
  blindLookups,
  blindLookupsNext,
  phoneMatch,
  phoneLookups,
];
// All endpoints one after the other take several hours.
const LIMIT_MINUTES = 480;
const SECONDS_BETWEEN_LINES = 5;
const root = resolve(import.meta.dirname, '..', '..');
const say = (line: string) => process.stderr.write(`${line}\n`);

interface Surroundings {
  readonly ownerUrl: string;
  readonly interrupted: Promise<never>;
}

async function run(endpoint: Endpoint, plan: Plan, { ownerUrl, interrupted }: Surroundings): Promise<Report> {
  // Without commits on disk the largest part of each answer is missing: enough for a quick run, not for evidence.
  const inspect = plan.mode === 'evidence' ? inspectServer : describeServer;
  const machine = machineWith((await inspect(ownerUrl)).description);
  say(
    `${endpoint.route}: up to ${plan.samples} times of each class; load average before ${machine.loadAverage.toFixed(1)}`,
  );
  const outcome = await measure(endpoint, plan, { progress: progressLine(endpoint), interrupted });
  const judgement = judge(outcome.measured, plan);
  const report = reportOf({ endpoint, plan, machine, run: outcome, judgement });
  mkdirSync(plan.out, { recursive: true });
  const file = (ending: string) => join(plan.out, `timing-${endpoint.name}.${ending}`);
  writeFileSync(file('json'), written(report));
  writeFileSync(file('svg'), plot(report));
  process.stdout.write(
    `\n${table(report)}\n\n${endpoint.route}: ${verdict(report)}\n${file('json')}\n${file('svg')}\n`,
  );
  return report;
}

function progressLine({ name }: Endpoint): Watch['progress'] {
  let saidAt = 0;
  return (load, done, seconds) => {
    if (done < 1 && performance.now() - saidAt < SECONDS_BETWEEN_LINES * 1_000) return;
    saidAt = performance.now();
    const left = Math.round((seconds / done) * (1 - done));
    say(`${name}, ${load}: ${(done * 100).toFixed(0)} % done, ${left} s left of this load`);
  };
}

async function main(): Promise<boolean> {
  const plan = planFrom(process.argv.slice(2), root);
  const endpoints = selected(ENDPOINTS, plan.endpoints);
  const server = await scratchServer();
  process.env['TEST_SERVER_URL'] = server.ownerUrl;
  const interrupted = interruption(LIMIT_MINUTES);
  interrupted.catch(() => undefined);
  try {
    const reports: Report[] = [];
    for (const endpoint of endpoints)
      reports.push(await run(endpoint, plan, { ownerUrl: server.ownerUrl, interrupted }));
    return reports.every((report) => report.void.length === 0 && report.significant.length === 0);
  } finally {
    await server.stop();
  }
}

main().then(
  (isClean) => process.exit(isClean ? 0 : 1),
  (error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
