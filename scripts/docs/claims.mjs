// Makes pages of the limits and requirements in docs/data/: claim, code, tests. A number comes out of the source:
// `{SECRET_BYTES bytes}` in the text of a link is a constant of the linked file. A file or test that is missing is an error.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { root } from '../build.mjs';
import { sourceOf } from './constants.mjs';
import { page, table } from './markup.mjs';
import { quantity } from './quantities.mjs';
import { stringsIn } from './strings.mjs';

/**
 * @typedef {{ file: string, names?: string[] }} Test
 * @typedef {{ [column: string]: string | Test[] | undefined, tests?: Test[] }} Row cells are Markdown with links from the root
 * @typedef {object} Section
 * @property {string} title
 * @property {string} [intro]
 * @property {string[]} [columns]
 * @property {string} [code] the file of constants that stand outside of a link
 * @property {Test[]} [tests] that show the intro
 * @property {Row[]} rows
 * @typedef {(name: string) => unknown} Defaults the default of a setting
 */

/** @param {string} name @returns {{ sections: Section[] }} */
const data = (name) => JSON.parse(readFileSync(join(root, 'docs', 'data', `${name}.json`), 'utf8'));

/** @param {string} name of a page below docs/ */
const source = (name) => `\`docs/data/${name}.json\`, the constants and the tests`;

/** One page's view of the data: links lead from it, numbers are those of today. */
class Cells {
  /** @param {string} file the page, from the root @param {Defaults} defaults */
  constructor(file, defaults) {
    this.file = file;
    this.defaults = defaults;
  }

  /** @param {string} text @param {string} [code] */
  render(text, code) {
    const linked = text.replace(
      /\[((?:[^\][]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g,
      (_all, /** @type {string} */ label, target) => this.link(this.numbers(label, target), target),
    );
    return this.numbers(linked, code);
  }

  /** @param {string} text @param {string | undefined} code */
  numbers(text, code) {
    return text.replace(/\{([^{}]+)\}/g, (_all, /** @type {string} */ placeholder) => {
      if (placeholder.startsWith('default '))
        return Number(this.defaults(placeholder.slice(8))).toLocaleString('en-US');
      if (code === undefined) throw new Error(`{${placeholder}} stands in no link to a file`);
      return quantity(placeholder, code);
    });
  }

  /** @param {string} label @param {string} target from the root */
  link(label, target) {
    if (/^(?:#|https?:)/.test(target)) return `[${label}](${target})`;
    const [path = '', anchor] = target.split('#');
    if (!existsSync(join(root, path))) throw new Error(`${path} does not exist`);
    return `[${label}](${relative(dirname(this.file), path)}${anchor === undefined ? '' : `#${anchor}`})`;
  }

  /** @param {Test[]} tests */
  specs(tests) {
    return tests.map(({ file }) => this.link(basename(file, '.spec.ts'), file)).join(', ');
  }

  /** A test is quoted by its name: test/contract/quoted-tests.spec.ts reads the quotes. @param {Test[]} tests */
  quotes(tests) {
    return tests.flatMap(({ file, names = [] }) =>
      checkedNames(file, names).map((name) => `${this.link(basename(file), file)} “${name}”`),
    );
  }
}

/** @param {string} file @param {string[]} names */
function checkedNames(file, names) {
  const known = stringsIn(sourceOf(file));
  const missing = names.find((name) => !known.has(name));
  if (missing !== undefined) throw new Error(`${file} has no test “${missing}”`);
  return names;
}

/** @param {string | Test[] | undefined} cell */
const textOf = (cell) => (typeof cell === 'string' ? cell : '');

/**
 * @param {Cells} cells
 * @param {Section} section
 * @param {readonly string[]} head
 */
function sectionLines(cells, { title, intro, code, rows }, head) {
  const lines = rows.map((row) => [
    ...head.map((column) => cells.render(textOf(row[column]), code)),
    cells.specs(row.tests ?? []),
  ]);
  return [
    `## ${title}`,
    '',
    ...(intro === undefined ? [] : [cells.render(intro, code), '']),
    ...table([...head, 'test'], lines),
    '',
  ];
}

/** @param {Defaults} defaults */
export function limits(defaults) {
  const cells = new Cells('docs/limits.md', defaults);
  return page(
    'Limits',
    source('limits'),
    [
      'Use this page to look up a limit and the effect of passing it. A value links to the code that defines it; numbers are',
      'read out of that code. Where no source is named, we chose the number. Only limits with a named setting can be changed',
      '([configuration.md](configuration.md)); the risks are in [danger-zone.md](security/danger-zone.md). The names of the tests',
      'stand in [claims.md](claims.md).',
      '',
      ...data('limits').sections.flatMap((section) =>
        sectionLines(cells, section, ['limit', 'value', ...(section.columns ?? [])]),
      ),
    ].slice(0, -1),
  );
}

/** @param {Defaults} defaults */
export function requirements(defaults) {
  const cells = new Cells('docs/security/requirements.md', defaults);
  return page('Requirements', source('requirements'), [
    'Which clauses of the standards apply to this release, whether they are met, and the code and test that show it. States:',
    '**met**, **not met** (with the reason), **part**. Clauses that never apply (passwords, browser sessions, GraphQL, uploads)',
    'are left out. Departures have reasons in [divergences.md](divergences.md). The names of the tests stand in',
    '[claims.md](../claims.md).',
    '',
    ...data('requirements').sections.flatMap((section) => sectionLines(cells, section, section.columns ?? [])),
    '## The guessing bound',
    '',
    'At most 3·10⁻⁴ for one user in 30 days: [guessing-bound.md](guessing-bound.md).',
  ]);
}

/** @param {Defaults} defaults */
export function claims(defaults) {
  const cells = new Cells('docs/claims.md', defaults);
  const lines = ['limits', 'requirements'].flatMap((name) =>
    data(name).sections.flatMap((section) => claimsOf(cells, section)),
  );
  return page(
    'Claims and their tests',
    '`docs/data/` and the tests',
    [
      'Each claim of [limits.md](limits.md) and [requirements.md](security/requirements.md) with the tests that show it, by name.',
      'Run one with `npm test -- FILE -t "NAME"`. A claim without a named test is not listed.',
      '',
      ...lines,
    ].slice(0, -1),
  );
}

/** @param {Cells} cells @param {Section} section */
function claimsOf(cells, { title, intro, code, tests, rows, columns = [] }) {
  const general =
    tests === undefined
      ? []
      : [[cells.render(intro ?? '', code).replaceAll('\n', ' '), cells.quotes(tests).join('<br>')]];
  const lines = rows.flatMap((row) => {
    const claim = ('limit' in row ? ['limit', 'value'] : columns.slice(0, 2)).map((column) =>
      cells.render(textOf(row[column]), code),
    );
    const quotes = cells.quotes(row.tests ?? []);
    return quotes.length === 0 ? [] : [[claim.join(': '), quotes.join('<br>')]];
  });
  const all = [...general, ...lines];
  return all.length === 0 ? [] : [`## ${title}`, '', ...table(['claim', 'tests'], all), ''];
}
