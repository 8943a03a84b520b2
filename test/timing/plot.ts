// Draws the report as an SVG picture: the AUC of each cell with its 99 % interval, about the line of chance. It loads
// nothing from outside, and follows the reader's choice of light or dark.
import type { Judged } from './judgement.js';
import type { Report } from './report.js';

const ROW = 24;
const TOP = 76;
const LEFT = 290;
const WIDTH = 400;
const FULL_WIDTH = 960;
/** Values outside are drawn at the edge, with the figure beside them. */
const RANGE = { low: 0.4, high: 0.6 };
/** CI demands an AUC within this band (test/security/verify-timing.spec.ts). */
const BAND = { low: 0.47, high: 0.53 };

const STYLE = `
  svg { --ink: #1f2328; --soft: #59636e; --rule: #d1d9e0; --band: #0969da1f; --same: #0969da; --differs: #cf222e; --paper: #ffffff; }
  @media (prefers-color-scheme: dark) {
    svg { --ink: #f0f6fc; --soft: #9198a1; --rule: #3d444d; --band: #4493f833; --same: #4493f8; --differs: #f85149; --paper: #0d1117; }
  }
  text { font: 13px system-ui, sans-serif; fill: var(--ink); }
  .soft { fill: var(--soft); font-size: 12px; }
  .title { font-size: 15px; font-weight: 600; }
  .rule { stroke: var(--rule); }
  .same { stroke: var(--same); fill: var(--same); }
  .differs { stroke: var(--differs); fill: var(--differs); }
`;

export function plot(report: Report): string {
  const rows = [...report.nulls, ...report.controls, ...report.cells].sort((a, b) => a.load.localeCompare(b.load));
  const height = TOP + rows.length * ROW + 50;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${FULL_WIDTH} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escaped(report.route)}: how well time tells each class from ${escaped(report.reference)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect width="${FULL_WIDTH}" height="${height}" fill="var(--paper)"/>`,
    text({ x: 16, y: 28, kind: 'title' }, `${report.route}: what time tells`),
    text({ x: 16, y: 48, kind: 'soft' }, subtitle(report)),
    ...axis(rows.length),
    ...rows.flatMap((row, index) => mark(row, TOP + index * ROW + ROW / 2)),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function subtitle({ reference, samples, mode, machine }: Report): string {
  const count = samples.toLocaleString('en-GB');
  return `AUC against ${reference}, with 99 % interval; ${count} times a class; ${mode} mode; ${machine.processor}`;
}

function axis(rows: number): string[] {
  const bottom = TOP + rows * ROW;
  const [from, to] = [placeOf(BAND.low), placeOf(BAND.high)];
  const ticks = [0.4, 0.45, 0.5, 0.55, 0.6].flatMap((value) => [
    `<line class="rule" x1="${placeOf(value)}" y1="${TOP}" x2="${placeOf(value)}" y2="${bottom}"/>`,
    text({ x: placeOf(value) - 10, y: bottom + 18, kind: 'soft' }, value.toFixed(2)),
  ]);
  const words = text(
    { x: placeOf(0.5) - 120, y: bottom + 36, kind: 'soft' },
    '0.5: time says nothing; shaded: 0.47 to 0.53',
  );
  return [
    `<rect x="${from}" y="${TOP}" width="${to - from}" height="${rows * ROW}" fill="var(--band)"/>`,
    ...ticks,
    words,
  ];
}

function mark({ load, name, auc, isSignificant }: Judged, y: number): string[] {
  const kind = isSignificant ? 'differs' : 'same';
  const figures = `${auc.value.toFixed(4)} (${auc.low.toFixed(4)}–${auc.high.toFixed(4)})${isSignificant ? ', differs' : ''}`;
  return [
    text({ x: 16, y: y + 4 }, `${name}, ${load}`),
    `<line class="${kind}" stroke-width="2" x1="${placeOf(auc.low)}" y1="${y}" x2="${placeOf(auc.high)}" y2="${y}"/>`,
    `<circle class="${kind}" cx="${placeOf(auc.value)}" cy="${y}" r="4"/>`,
    text({ x: LEFT + WIDTH + 20, y: y + 4, kind: 'soft' }, figures),
  ];
}

function placeOf(value: number): number {
  const inside = Math.min(RANGE.high, Math.max(RANGE.low, value));
  return Math.round(LEFT + ((inside - RANGE.low) / (RANGE.high - RANGE.low)) * WIDTH);
}

function text({ x, y, kind }: { x: number; y: number; kind?: string }, words: string): string {
  return `<text${kind === undefined ? '' : ` class="${kind}"`} x="${x}" y="${y}">${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
