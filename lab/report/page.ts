// The report: one page that loads nothing from outside, light or dark as the reader chooses.
import { escaped } from './drawing.js';
import { headline } from './headline.js';
import { course, exposure, falseAlarms } from './plots.js';
import { figure, nameOf, verdicts, worstOf, type Results } from './results.js';
import { ATTACK_HEADS, attackRows, CELL_HEADS, cellRows } from './table.js';

const STYLE = `
  :root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --rule: #d1d9e0; --paper: #ffffff; --good: #1a7f37; --bad: #cf222e; }
  @media (prefers-color-scheme: dark) { :root { --ink: #f0f6fc; --soft: #9198a1; --rule: #3d444d; --paper: #0d1117; --good: #3fb950; --bad: #f85149; } }
  body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem 4rem; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
  h1 { font-size: 1.8rem; line-height: 1.2; } h2 { margin-top: 2.5rem; font-size: 1.25rem; } h3 { margin-bottom: 0; font-size: 1.05rem; }
  .soft, figcaption { color: var(--soft); font-size: .9rem; }
  figure { margin: 1.5rem 0; overflow-x: auto; } figure svg { display: block; width: 100%; min-width: 40rem; height: auto; }
  summary { cursor: pointer; font-weight: 600; margin: 1.5rem 0 .5rem; }
  .wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .85rem; }
  th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; white-space: nowrap; }
  td.long { white-space: normal; min-width: 12rem; }
  ul.verdicts { list-style: none; padding: 0; } .verdicts li { padding-left: 1.6rem; text-indent: -1.6rem; margin: .3rem 0; }
  .held::before { content: "✓ "; color: var(--good); font-weight: 700; } .missed::before { content: "✗ "; color: var(--bad); font-weight: 700; }
`;

export function page(results: Results): string {
  const { month, seed, isFull, machine, seconds } = results;
  return `${[
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    '<title>Countersign lab: results of the attacks</title>',
    `<style>${STYLE}</style></head><body>`,
    '<h1>Results of attacks on a running Countersign</h1>',
    `<p>Made by <code>npm run lab</code> in ${(seconds / 60).toFixed(1)} minutes, seed <code>${escaped(seed)}</code>${isFull ? ', every request sent' : ''}; ${escaped(machine)}. Every figure was counted from answers over HTTP. When no further gain was possible, the remaining requests were not sent and are listed under “unsent”; <code>--full</code> sends all.</p>`,
    figureOf(
      headline(results),
      'Confirmed numbers in one scale. The bars of Countersign are drawn, but most are too short to see.',
    ),
    '<h2>Documented bounds</h2>',
    `<ul class="verdicts">${verdicts(results)
      .map(({ words, isHeld }) => `<li class="${isHeld ? 'held' : 'missed'}">${escaped(words)}</li>`)
      .join('')}</ul>`,
    ...(month === null ? [] : monthOf(results)),
    '<h2>Attack by attack</h2>',
    ...results.attacks.flatMap((attacked) => [
      `<h3>${escaped(attacked.title)}</h3><p>${escaped(attacked.story)}</p>`,
      tableOf(
        ATTACK_HEADS.slice(1),
        attackRows({ attacks: [attacked] }).map((row) => row.slice(1)),
      ),
    ]),
    '</body></html>',
  ].join('\n')}\n`;
}

function monthOf({ month, reckoned }: Results): string[] {
  if (month === null) return [];
  const { cells, honest, days } = month;
  const worst = worstOf(cells);
  const alerts = Object.entries(honest.alerts).map(([kind, count]) => `${kind} ${count}`);
  return [
    '<h2>A month with stolen credentials</h2>',
    `<p>${figure(cells.reduce((sum, { runs }) => sum + runs, 0))} thieves go down four kinds of lists at four speeds, with one, ten or a hundred stolen credentials. Each thief has a tenant of its own. Each request comes from another address. One timeline of ${days} days moves in half hours. After a 429 a thief waits as long as the service asks.</p>`,
    figureOf(
      course(month),
      'Poor lists are stopped within a day. A list with 90 % registered numbers looks like a customer base: then only the limit bounds it, and the limit is small.',
    ),
    figureOf(
      exposure(month),
      `The worst cell for you: ${nameOf(worst)}, ${figure(worst.exposed.p95)} numbers. Credentials that were unused at the first alert are stopped an hour after their first unknown number. So a thief with a hundred gets the limit of each day until an operator acts on the alert, which came after an hour.`,
    ),
    '<h2>Honest tenants in the same month</h2>',
    `<p>${honest.months.map(({ hitRate, tenants, asked, stopped, limited }) => `${tenants} tenants of which ${Math.round(hitRate * 100)} % of the numbers are known asked ${figure(asked)} times: ${stopped.events} stopped, ${limited} look-ups over a limit.`).join(' ')} ${figure(honest.signIns.approved)} sign-ins were approved and ${figure(honest.signIns.mistyped)} mistyped, ${honest.signIns.wrongly} wrongly. ${honest.imports.map(({ name, asked, isStopped }) => `An import of ${figure(asked)} unknown numbers, ${name}: ${isStopped ? 'stopped, until an operator releases it' : 'not stopped'}.`).join(' ')} Alerts raised by all of them: ${alerts.length === 0 ? 'none' : escaped(alerts.join(', '))}.</p>`,
    figureOf(
      falseAlarms(reckoned, month),
      'Five unknown numbers in a row stop a client. The more of its numbers are known, the less often that happens by chance.',
    ),
    `<details><summary>Every cell of the month, as a table</summary>${tableOf(CELL_HEADS, cellRows(cells))}</details>`,
  ];
}

function figureOf(drawing: string | null, caption: string): string {
  return drawing === null ? '' : `<figure>${drawing}<figcaption>${escaped(caption)}</figcaption></figure>`;
}

function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heads.map((name) => `<th>${escaped(name)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map(cellOf).join('')}</tr>`).join('\n');
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

function cellOf(text: string): string {
  return `<td${text.length > 48 ? ' class="long"' : ''}>${escaped(text)}</td>`;
}
