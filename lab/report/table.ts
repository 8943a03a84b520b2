// The tables at the end of a run: the gain of each way of an attack, and the cells of the month.
import { holds } from '../attack.js';
import { TITLES } from '../timeline/lists.js';
import type { Cell } from '../timeline/matrix.js';
import { figure, verdicts, type Results } from './results.js';

export const ATTACK_HEADS = ['attack', 'way', 'sent', 'unsent', 'gained', 'at most', 'alerts', 'note'] as const;
export const CELL_HEADS = [
  'list',
  'credentials',
  'an hour each',
  'runs',
  'stopped',
  'answered, most',
  'exposed, median',
  'exposed, p95',
  'hours to alert',
  'hours to stop',
  'most a day',
  'unsent',
] as const;

export function attackRows({ attacks }: Pick<Results, 'attacks'>): string[][] {
  return attacks.flatMap(({ name, findings }) =>
    findings.map((finding, index) => [
      index === 0 ? name : '',
      finding.way,
      figure(finding.sent),
      figure(finding.unsent ?? 0),
      `${figure(finding.gained)} ${finding.unit}`,
      finding.bound === null ? '–' : `${figure(finding.bound)}${holds(finding) ? '' : ' MISSED'}`,
      (finding.alerts ?? []).join(', '),
      finding.note ?? '',
    ]),
  );
}

export function cellRows(cells: readonly Cell[]): string[][] {
  return cells.map((cell) => [
    TITLES[cell.strategy],
    String(cell.credentials),
    figure(cell.perHour),
    String(cell.runs),
    String(cell.stopped),
    figure(cell.answered.most),
    figure(cell.exposed.median),
    figure(cell.exposed.p95),
    cell.hoursToAlert === null ? '–' : String(cell.hoursToAlert),
    cell.hoursToStop === null ? '–' : String(cell.hoursToStop),
    `${cell.mostOfClientADay} / ${cell.mostOfTenantADay}`,
    figure(cell.unsent),
  ]);
}

/** For a terminal: aligned columns, without empty ones. */
export function plain(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const kept = heads.map((_head, column) => column).filter((column) => rows.some((row) => row[column]));
  const all = [heads, ...rows].map((row) => kept.map((column) => row[column] ?? ''));
  const widths = kept.map((_column, index) => Math.max(...all.map((row) => row[index]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function summary(results: Results): string {
  return verdicts(results)
    .map(({ words, isHeld }) => `${isHeld ? '✓' : '✗ MISSED:'} ${words}`)
    .join('\n');
}
