// From times to verdicts. Every class of refusal is compared with the reference. A null run, two sets of the same
// class, must show no difference. A planted delay must be found. Otherwise the run is void.
import { aucOf, detectableAuc, mean, variance, type Auc } from './auc.js';
import { holm } from './holm.js';
import { QUANTILES, quantileDifferences, type QuantileDifference } from './quantiles.js';
import { croppedWelch, type Cropped } from './welch.js';

/** The planted delay counts as found below this level, for any level of the cells. */
const CONTROL_LEVEL = 0.01;
const POWER = 0.9;
/** AUC, Welch's t over all crops, quantiles: each is corrected within itself first. */
const TESTS_A_CELL = 3;

export interface Comparison {
  readonly load: string;
  readonly name: string;
  /** The number of values of the smaller class. */
  readonly samples: number;
  readonly meanDifference: number;
  readonly auc: Auc;
  readonly welch: Cropped;
  readonly quantiles: readonly QuantileDifference[];
}

export interface Judged extends Comparison {
  /** The smallest of the three p values, after Holm's correction over all cells of the run. */
  readonly p: number;
  readonly isSignificant: boolean;
}

/** The times of one load, in microseconds. */
export interface Times {
  readonly load: string;
  readonly reference: Float64Array;
  /** Other members of the reference's class: the null run. */
  readonly twin: Float64Array;
  readonly others: Readonly<Record<string, Float64Array>>;
}

/** Both as in Plan. */
interface Asked {
  readonly level: number;
  readonly plantedDeviations: number;
}

export interface Judgement {
  readonly nulls: readonly Judged[];
  readonly controls: readonly Judged[];
  readonly cells: readonly Judged[];
  readonly planted: readonly { readonly load: string; readonly micros: number }[];
  /** The distance of an AUC from 0.5 that a cell's AUC test finds nine times in ten, at Holm's strictest step. */
  readonly detectableAuc: number;
}

export function judge(all: readonly Times[], { level, plantedDeviations }: Asked): Judgement {
  const planted = all.map(({ load, reference, twin }) => ({
    load,
    micros: plantedDeviations * deviationOf(reference, twin),
  }));
  const nulls = all.map(({ load, reference, twin }) => compare({ load, name: 'null run' }, reference, twin));
  const controls = all.map(({ load, reference, twin }, index) => {
    const delay = planted[index]?.micros ?? NaN;
    return compare(
      { load, name: 'planted delay' },
      reference,
      twin.map((micros) => micros + delay),
    );
  });
  const cells = all.flatMap(({ load, reference, others }) =>
    Object.entries(others).map(([name, times]) => compare({ load, name }, reference, times)),
  );
  const strictest = { level: level / (TESTS_A_CELL * cells.length), power: POWER };
  const corrected = {
    nulls: correct(nulls, level),
    controls: correct(controls, CONTROL_LEVEL),
    cells: correct(cells, level),
  };
  const samples = Math.min(...cells.map((cell) => cell.samples));
  return { ...corrected, planted, detectableAuc: detectableAuc(samples, strictest) };
}

/** Why a run proves nothing; empty for a valid run. */
export function voidReasons({ nulls, controls }: Judgement): string[] {
  return [
    ...nulls
      .filter(({ isSignificant }) => isSignificant)
      .map(({ load }) => `the null run (${load}) shows a difference`),
    ...controls
      .filter(({ isSignificant }) => !isSignificant)
      .map(({ load }) => `the planted delay (${load}) was missed`),
  ];
}

/** The standard deviation of both sets together. */
function deviationOf(reference: Float64Array, twin: Float64Array): number {
  return Math.sqrt((variance(reference) + variance(twin)) / 2);
}

function compare(cell: { load: string; name: string }, first: Float64Array, second: Float64Array): Comparison {
  return {
    ...cell,
    samples: Math.min(first.length, second.length),
    meanDifference: mean(second) - mean(first),
    auc: aucOf(first, second),
    welch: croppedWelch(first, second),
    quantiles: quantileDifferences(first, second),
  };
}

function correct(comparisons: readonly Comparison[], level: number): Judged[] {
  const adjusted = holm(comparisons.flatMap(pValuesOf));
  return comparisons.map((comparison, index) => {
    const p = Math.min(...adjusted.slice(index * TESTS_A_CELL, (index + 1) * TESTS_A_CELL));
    return { ...comparison, p, isSignificant: p < level };
  });
}

function pValuesOf({ auc, welch, quantiles }: Comparison): number[] {
  return [auc.p, welch.p, Math.min(1, Math.min(...quantiles.map(({ p }) => p)) * QUANTILES.length)];
}
