// The outcome of a run: JSON for further calculations, a table for the terminal, and the exit status.
import { availableParallelism, cpus, loadavg } from 'node:os';
import type { Endpoint } from './endpoint.js';
import { voidReasons, type Judged, type Judgement } from './judgement.js';
import { LOADS, type Measured, type Run } from './measurement.js';
import type { Plan } from './plan.js';
import { quantileOf } from './quantiles.js';

/** Quantiles of each class in the JSON. */
const SHOWN = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

export interface Machine {
  readonly node: string;
  readonly processor: string;
  readonly loadAverage: number;
  readonly database: string;
}

export interface Report extends Judgement {
  readonly endpoint: string;
  readonly route: string;
  /** The class that all others were compared with. */
  readonly reference: string;
  readonly mode: Plan['mode'];
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly samples: number;
  readonly level: number;
  readonly plantedDeviations: number;
  readonly loads: readonly object[];
  /** Why the run proves nothing. Empty for a valid run. */
  readonly void: readonly string[];
  /** The cells that tell classes apart. */
  readonly significant: readonly string[];
}

/** Read before the run: afterwards the load average shows the run itself. */
export function machineWith(database: string): Machine {
  const processor = `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}`;
  return { node: process.versions.node, processor, loadAverage: loadavg()[0] ?? NaN, database };
}

export interface Outcome {
  readonly endpoint: Endpoint;
  readonly plan: Plan;
  readonly machine: Machine;
  readonly run: Run;
  readonly judgement: Judgement;
}

export function reportOf({ endpoint, plan, machine, run, judgement }: Outcome): Report {
  return {
    endpoint: endpoint.name,
    route: endpoint.route,
    reference: endpoint.reference,
    mode: plan.mode,
    measuredAt: new Date().toISOString(),
    machine,
    samples: Math.min(...judgement.cells.map(({ samples }) => samples)),
    level: plan.level,
    plantedDeviations: plan.plantedDeviations,
    void: [...voidReasons(judgement), ...run.strays],
    significant: judgement.cells
      .filter(({ isSignificant }) => isSignificant)
      .map(({ name, load }) => `${name}, ${load}`),
    ...judgement,
    loads: run.measured.map(describe),
  };
}

/** Rounded to six digits, more than the figures justify. */
export function written(report: Report): string {
  const shortened = (_key: string, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(6)) : value;
  return `${JSON.stringify(report, shortened, 2)}\n`;
}

export function table({ reference, nulls, controls, cells }: Report): string {
  const heads = ['load', `compared with ${reference}`, 'AUC (99 %)', 'median', 'p95', 'Welch t (kept)', 'p (Holm)', ''];
  const rows = [...nulls, ...controls, ...cells].map(rowOf);
  return [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

export function verdict({ void: reasons, significant, detectableAuc, samples }: Report): string {
  if (reasons.length > 0) return `VOID, nothing is shown: ${reasons.join('; ')}`;
  if (significant.length > 0) return `TOLD APART: ${significant.join('; ')}`;
  const found = `${(0.5 - detectableAuc).toFixed(3)} or ${(0.5 + detectableAuc).toFixed(3)}`;
  return `nothing told the classes apart; with ${samples} times a class an AUC of ${found} would be found nine times in ten`;
}

function rowOf({ load, name, auc, quantiles, welch, p, isSignificant }: Judged): string[] {
  const at = (quantile: number) => micros(quantiles.find((one) => one.quantile === quantile)?.difference ?? NaN);
  const interval = `${auc.value.toFixed(4)} (${auc.low.toFixed(4)}–${auc.high.toFixed(4)})`;
  const t = `${welch.t.toFixed(1)} (${(welch.kept * 100).toFixed(0)} %)`;
  return [load, name, interval, at(0.5), at(0.95), t, p.toPrecision(2), isSignificant ? 'differs' : ''];
}

function micros(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(0)} µs`;
}

function describe({ load, requestsPerSecond, reference, twin, others }: Measured): object {
  const classes = { reference, twin, ...others };
  const quantiles = Object.entries(classes).map(([name, times]) => {
    const sorted = Float64Array.from(times).sort();
    return [name, SHOWN.map((quantile) => quantileOf(sorted, quantile))];
  });
  const { measured, beside } = LOADS.find(({ name }) => name === load) ?? { measured: 0, beside: 0 };
  return { name: load, measured, beside, requestsPerSecond, quantiles: SHOWN, micros: Object.fromEntries(quantiles) };
}
