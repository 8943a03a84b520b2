// The plots of the report: the course of the month, the exposed numbers of each cell, and how often chance stops an
// honest tenant.
import { TITLES, STRATEGIES } from '../timeline/lists.js';
import { CREDENTIALS, SPEEDS, TENANT_A_DAY, type Cell } from '../timeline/matrix.js';
import type { Month } from '../timeline/month.js';
import type { Reckoned } from '../scoring/reckoned.js';
import { path, picture, rule, words, type Spot } from './drawing.js';
import { figure } from './results.js';

const WIDTH = 920;
const INKS = ['a', 'b', 'c', 'd'] as const;

/** Exposed numbers by day: ten credentials, as fast as possible. */
export function course({ cells, days }: Month): string {
  const box = { left: 80, top: 70, width: 560, height: 300 };
  const most = TENANT_A_DAY * days;
  const place = (day: number, count: number): Spot => ({
    x: box.left + (day / days) * box.width,
    y: box.top + box.height - (count / most) * box.height,
  });
  const shown = STRATEGIES.map((strategy) =>
    cells.find((cell) => cell.strategy === strategy && cell.credentials === 10 && cell.perHour === SPEEDS[0]),
  ).filter((cell) => cell !== undefined);
  const lines = shown.map(({ byDay }, index) =>
    path([place(0, 0), ...byDay.map((count, day) => place(day + 1, count))], INKS[index] ?? 'a'),
  );
  // The names are at the ends of the lines, and do not overlap.
  const ends = shown
    .map(({ strategy, byDay }, index) => ({ strategy, index, count: byDay.at(-1) ?? 0 }))
    .sort((a, b) => b.count - a.count);
  let above = -Infinity;
  const names = ends.map(({ strategy, index, count }) => {
    above = Math.max(place(days, count).y + 5, above + 20);
    return words(
      { x: box.left + box.width + 12, y: above, ink: INKS[index] ?? 'a' },
      `${figure(count)}: ${TITLES[strategy].replace(/,? ?\d+ % registered/, '')}`,
    );
  });
  const days7 = Array.from({ length: Math.floor(days / 5) + 1 }, (_none, index) => index * 5);
  return picture({
    width: WIDTH,
    height: 430,
    title: 'Registered numbers confirmed over thirty days with ten stolen credentials',
    parts: [
      words({ x: 16, y: 28, kind: 'title' }, 'Ten stolen credentials, a thousand tries an hour with each'),
      words(
        { x: 16, y: 50, kind: 'soft' },
        'registered numbers confirmed by the end of each day; the twin of 2024 gives up 100,000 within its first minute',
      ),
      ...[0, most / 3, (2 * most) / 3, most].flatMap((count) => [
        rule(
          place(0, count),
          place(days, count),
          count === most ? 'stroke-dasharray="6 4" style="stroke:var(--soft)"' : '',
        ),
        words({ x: box.left - 10, y: place(0, count).y + 5, kind: 'soft end' }, figure(count)),
      ]),
      words(
        { x: box.left + 8, y: place(0, most).y + 18, kind: 'soft' },
        `the limit: ${TENANT_A_DAY} answers a day for all credentials of a tenant`,
      ),
      ...days7.map((day) => words({ x: place(day, 0).x, y: box.top + box.height + 20, kind: 'soft middle' }, `${day}`)),
      words({ x: box.left + box.width / 2, y: box.top + box.height + 42, kind: 'soft middle' }, 'day'),
      ...lines,
      ...names,
    ],
  });
}

/** Exposed numbers when the last credential was stopped, or after the month. */
export function exposure({ cells, days }: Month): string {
  const [left, top, cellWidth, cellHeight] = [330, 100, 140, 30];
  const rows = STRATEGIES.flatMap((strategy) => CREDENTIALS.map((credentials) => ({ strategy, credentials })));
  const most = Math.log10(TENANT_A_DAY * days);
  const tile = (cell: Cell, row: number, column: number) => {
    const [x, y] = [left + column * cellWidth, top + row * cellHeight];
    const strength = (0.55 * Math.log10(1 + cell.exposed.p95)) / most;
    const isStopped = cell.stopped === cell.runs;
    const when = isStopped ? `, stopped in ${hours(cell.hoursToStop)}` : `, ${days} days`;
    return [
      `<rect x="${x + 1}" y="${y + 1}" width="${cellWidth - 2}" height="${cellHeight - 2}" rx="3" fill="var(--${isStopped ? 'c' : 'bad'})" fill-opacity="${strength.toFixed(2)}"/>`,
      words({ x: x + 8, y: y + 20 }, figure(cell.exposed.p95)),
      words({ x: x + cellWidth - 8, y: y + 20, kind: 'soft end' }, when.slice(2)),
    ];
  };
  return picture({
    width: WIDTH,
    height: top + rows.length * cellHeight + 20,
    title: 'Registered numbers exposed, by list, number of credentials and speed',
    parts: [
      words({ x: 16, y: 28, kind: 'title' }, 'Registered numbers exposed until the last credential was stopped'),
      words(
        { x: 16, y: 50, kind: 'soft' },
        '95th percentile of the runs; red: some were not stopped within the month, and the limit is the bound',
      ),
      ...SPEEDS.map((speed, column) =>
        words({ x: left + column * cellWidth + 8, y: top - 12, kind: 'soft' }, `${figure(speed)} an hour`),
      ),
      ...rows.flatMap(({ strategy, credentials }, row) => [
        words({ x: 16, y: top + row * cellHeight + 20 }, credentials === 1 ? TITLES[strategy] : ''),
        words({ x: left - 10, y: top + row * cellHeight + 20, kind: 'soft end' }, `${credentials}×`),
        ...SPEEDS.flatMap((speed, column) => {
          const cell = cells.find(
            (one) => one.strategy === strategy && one.credentials === credentials && one.perHour === speed,
          );
          return cell === undefined ? [] : tile(cell, row, column);
        }),
      ]),
    ],
  });
}

function hours(count: number | null): string {
  if (count === null) return '–';
  return count < 48 ? `${count} h` : `${(count / 24).toFixed(0)} d`;
}

/** Honest tenants that are stopped by chance. */
export function falseAlarms(reckoned: readonly Reckoned[], month: Month | null): string {
  const box = { left: 90, top: 76, width: 600, height: 290 };
  const [lowest, highest] = [-3, 5];
  const across = (rate: number) => box.left + ((rate - 0.3) / 0.7) * box.width;
  const up = (value: number) =>
    box.top + box.height - ((Math.max(lowest, Math.log10(value)) - lowest) / (highest - lowest)) * box.height;
  const seen = reckoned.filter(({ stops }) => stops > 0);
  const measured = month?.honest.months ?? [];
  return picture({
    width: WIDTH,
    height: 440,
    title: 'Honest tenants stopped by chance, by the share of their numbers that are known',
    parts: [
      words({ x: 16, y: 28, kind: 'title' }, 'Honest applications that are stopped by chance'),
      words(
        { x: 16, y: 50, kind: 'soft' },
        'times in a thousand days, for a tenant that asks about 300 new numbers a day: the limit',
      ),
      ...[-3, -2, -1, 0, 1, 2, 3, 4, 5].flatMap((power) => [
        rule(
          { x: box.left, y: up(10 ** power) },
          { x: box.left + box.width, y: up(10 ** power) },
          power === 0 ? 'stroke-dasharray="6 4" style="stroke:var(--soft)"' : '',
        ),
        words(
          { x: box.left - 10, y: up(10 ** power) + 5, kind: 'soft end' },
          power < 0 ? (10 ** power).toFixed(-power) : figure(10 ** power),
        ),
      ]),
      ...[0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map((rate) =>
        words({ x: across(rate), y: box.top + box.height + 20, kind: 'soft middle' }, `${Math.round(rate * 100)} %`),
      ),
      words(
        { x: box.left + box.width / 2, y: box.top + box.height + 44, kind: 'soft middle' },
        'of the numbers are known',
      ),
      path(
        seen.map(({ hitRate, perThousandDays }) => ({ x: across(hitRate), y: up(perThousandDays) })),
        'a',
      ),
      ...seen.map(
        ({ hitRate, perThousandDays }) =>
          `<circle cx="${across(hitRate).toFixed(1)}" cy="${up(perThousandDays).toFixed(1)}" r="4" fill="var(--a)"/>`,
      ),
      words({ x: box.left + box.width + 14, y: box.top + 40, ink: 'a' }, 'the rule, applied to'),
      words({ x: box.left + box.width + 14, y: box.top + 58, ink: 'a' }, 'millions of numbers'),
      ...measured.flatMap(({ hitRate, stopped }) => {
        const [x, top] = [across(hitRate) + 5, up(stopped.atMost)];
        return [
          `<line x1="${x}" x2="${x}" y1="${top}" y2="${up(Math.max(stopped.perThousand, 10 ** lowest))}" stroke="var(--b)" stroke-width="3" stroke-opacity="0.6"/>`,
          `<line x1="${x - 6}" x2="${x + 6}" y1="${top}" y2="${top}" stroke="var(--b)" stroke-width="3"/>`,
        ];
      }),
      words({ x: box.left + box.width + 14, y: box.top + 96, ink: 'b' }, 'the month over HTTP:'),
      words({ x: box.left + box.width + 14, y: box.top + 114, ink: 'b' }, 'no more than this,'),
      words({ x: box.left + box.width + 14, y: box.top + 132, ink: 'b' }, '19 times in 20'),
    ],
  });
}
