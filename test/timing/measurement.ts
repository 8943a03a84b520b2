// One endpoint measured from start to end: a service of its own, members, blocks alone and blocks under load.
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { Stage } from '../support/stage.js';
import type { Classes, Endpoint } from './endpoint.js';
import type { Times } from './judgement.js';
import type { Load } from './load.js';
import { blocksFor, doneOf, type Plan } from './plan.js';
import { getOf, Probing, probesOf, requestOf, type Probe } from './probe.js';

/** Connections that are measured, and other connections that only keep the service busy. */
export const LOADS = [
  { name: 'alone', measured: 1, beside: 0 },
  { name: 'under load', measured: 4, beside: 8 },
] as const;
type LoadKind = (typeof LOADS)[number];

export interface Measured extends Times {
  readonly requestsPerSecond: number;
}

export interface Run {
  readonly measured: readonly Measured[];
  readonly strays: readonly string[];
}

export interface Watch {
  /** Called after each block: the share of this load that is done, from 0 to 1, and seconds since it began. */
  progress(load: string, done: number, seconds: number): void;
  /** Rejects if the run is interrupted. */
  readonly interrupted: Promise<never>;
}

const UNLIMITED = '10000000';
// The log would go through a pipe into the measuring process; the pool has the product's size.
const SETTINGS = {
  LOG_LEVEL: 'warn',
  DATABASE_POOL_SIZE: '10',
  THROTTLE_ADDRESS: UNLIMITED,
  THROTTLE_CLIENT: UNLIMITED,
};

export async function measure(endpoint: Endpoint, plan: Plan, watch: Watch): Promise<Run> {
  const stage = await Stage.open(1, SETTINGS);
  const owner = new pg.Client({ connectionString: stage.service.databaseUrl });
  // A connection that an interrupted run cuts must not end the process before the clean-up.
  owner.on('error', () => undefined);
  await owner.connect();
  try {
    const session = new Session({ endpoint, plan, stage, owner, watch });
    return await Promise.race([session.run(), watch.interrupted]);
  } finally {
    await owner.end();
    await stage.stop();
  }
}

interface Parts {
  readonly endpoint: Endpoint;
  readonly plan: Plan;
  readonly stage: Stage;
  readonly owner: pg.Client;
  readonly watch: Watch;
}

class Session {
  constructor(private readonly parts: Parts) {}

  async run(): Promise<Run> {
    const { endpoint, plan, stage, owner } = this.parts;
    const classes = await endpoint.prepare(stage, plan.members);
    const others = await endpoint.load(stage, plan.loadUsers);
    await endpoint.keep(owner, stage);
    const requests = others.map((asked) => requestOf(asked, stage.token));
    const measured: Measured[] = [];
    for (const load of LOADS) {
      const beside = load.beside > 0 ? this.startLoad({ port: this.port, connections: load.beside, requests }) : null;
      measured.push(await this.measureUnder(load, classes));
      if (beside && beside.exitCode !== null) throw new Error('the load ended before the measurement');
      beside?.kill();
    }
    return { measured, strays: await endpoint.strays({ owner, stage, classes }) };
  }

  private get port(): number {
    return Number(new URL(this.parts.stage.service.url).port);
  }

  private async measureUnder(load: LoadKind, classes: Classes): Promise<Measured> {
    const { plan, stage, endpoint } = this.parts;
    const probes = probesOf(classes, stage.token);
    const next = endpoint.next && { request: getOf(endpoint.next.path, stage.token), status: endpoint.next.status };
    const probing = new Probing({ port: this.port, connections: load.measured, status: endpoint.status, next });
    const warmUp = blocksFor(plan.warmUp, plan.members);
    for (let block = 0; block < warmUp; block += 1) await this.block(probing, probes);
    probing.forget();
    const requestsPerSecond = await this.keptBlocks(load.name, probing, probes);
    probing.close();
    return { ...timesOf(load.name, classes, probing), requestsPerSecond };
  }

  private async keptBlocks(load: string, probing: Probing, probes: readonly Probe[]): Promise<number> {
    const { plan, watch } = this.parts;
    const startedAt = performance.now();
    for (let blocks = 1; ; blocks += 1) {
      await this.block(probing, probes);
      const seconds = (performance.now() - startedAt) / 1_000;
      const done = doneOf(plan, blocks, seconds);
      watch.progress(load, done, seconds);
      if (done === 1) return (blocks * probes.length) / seconds;
    }
  }

  private async block(probing: Probing, probes: readonly Probe[]): Promise<void> {
    await probing.block(probes);
    await this.parts.endpoint.restore(this.parts.owner, this.parts.stage);
  }

  private startLoad(load: Load): ChildProcess {
    const child = fork(fileURLToPath(new URL('load.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] });
    child.send(load);
    return child;
  }
}

function timesOf(load: string, { reference, twin, others }: Classes, { measured }: Probing): Times {
  const times = ({ name }: { name: string }) => Float64Array.from(measured.get(name) ?? []);
  const rest = Object.fromEntries(others.map((one) => [one.name, times(one)]));
  return { load, reference: times(reference), twin: times(twin), others: rest };
}
