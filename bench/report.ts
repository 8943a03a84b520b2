// Medians with their range, ratios pair by pair, and the table of docs/performance.md.
import type { Measured } from './load.js';

export const TARGETS = [
  'floor, right code',
  'service, right code',
  'floor, wrong code',
  'service, wrong code',
  'service, unknown user',
] as const;
export type Target = (typeof TARGETS)[number];

export interface Result extends Measured {
  readonly cpuMicros: number;
  readonly rssMb: number;
}

/** One result per target and round. */
export type Results = Readonly<Record<Target, Result[]>>;

const HEADS = ['target', 'req/s', 'of the floor', 'p50 ms', 'p99 ms', 'CPU µs', 'RSS MB'];
const FLOOR_OF: Readonly<Record<Target, Target>> = {
  'floor, right code': 'floor, right code',
  'service, right code': 'floor, right code',
  'floor, wrong code': 'floor, wrong code',
  'service, wrong code': 'floor, wrong code',
  'service, unknown user': 'floor, wrong code',
};

export function table(results: Results): string {
  const rows = TARGETS.map((target) => {
    const column = (pick: (result: Result) => number, digits: number) => cell(results[target].map(pick), digits);
    return [
      target,
      column(({ perSecond }) => perSecond, 0),
      FLOOR_OF[target] === target ? '1.00' : cell(ratios(results, target, FLOOR_OF[target]), 2),
      column(({ p50Ms }) => p50Ms, 1),
      column(({ p99Ms }) => p99Ms, 1),
      column(({ cpuMicros }) => cpuMicros, 0),
      column(({ rssMb }) => rssMb, 0),
    ];
  });
  return [HEADS, HEADS.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** The goals, each with whether it was met. */
export function verdicts(results: Results): string[] {
  const ofFloors = ratios(results, 'service, right code', 'floor, right code');
  const unknowns = ratios(results, 'service, unknown user', 'service, wrong code');
  const [ofFloor, unknown] = [median(ofFloors), median(unknowns)];
  const met = (isMet: boolean) => (isMet ? 'met' : 'MISSED');
  return [
    `right codes at 0.50 of the floor or more: ${cell(ofFloors, 2)}, ${met(ofFloor >= 0.5)} (goal 0.65: ${met(ofFloor >= 0.65)})`,
    `unknown user within 15 % of wrong code: ${cell(unknowns, 2)}, ${met(Math.abs(unknown - 1) <= 0.15)}`,
  ];
}

function ratios(results: Results, target: Target, against: Target): number[] {
  return results[target].map(({ perSecond }, round) => perSecond / (results[against][round]?.perSecond ?? NaN));
}

function cell(values: readonly number[], digits: number): string {
  const shown = (value: number) =>
    value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${shown(median(values))} (${shown(Math.min(...values))}–${shown(Math.max(...values))})`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
