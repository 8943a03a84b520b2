// The rings and folders of src/, out of the rules that check the imports, and the header of each folder's module. Then the
// roles of files by the ending of their names: an ending without a role is an error.
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../build.mjs';
import { code, page, table } from './markup.mjs';

/** Folders by ring, as .dependency-cruiser.cjs has them: `^src/(oauth|tenants)/` of `ring-2-knows-none-above`. */
function rings() {
  /** @type {{ forbidden: { name: string, from: { path?: string } }[] }} */
  const { forbidden } = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs'));
  return forbidden.flatMap(({ name, from }) => {
    const ring = /^ring-(\d)-/.exec(name)?.[1];
    const folders = /^\^src\/\(?([\w|]+)\)?\//.exec(from.path ?? '')?.[1];
    return ring === undefined || folders === undefined ? [] : [{ ring, folders: folders.split('|') }];
  });
}

/** @param {string} path below src/ */
const foldersIn = (path) =>
  readdirSync(join(root, 'src', path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'generated')
    .map(({ name }) => name)
    .sort();

/** @param {string} folder */
function contentsOf(folder) {
  const text = readFileSync(join(root, 'src', folder, `${folder}.module.ts`), 'utf8');
  const header = /^(?:\/\/ .*\n)+/.exec(text)?.[0];
  if (header === undefined) throw new Error(`src/${folder}/${folder}.module.ts has no header`);
  return header
    .replace(/^\/\/ /gm, '')
    .trim()
    .replaceAll('\n', ' ');
}

/** @type {Record<string, string>} */
const roles = {
  'x.controller.ts': 'routes with their contracts; no logic',
  'x.dto.ts': 'Zod schemas of requests and answers',
  'x.service.ts': 'order of steps; throws `Problem`',
  'x.policy.ts': 'a pure rule',
  'x.repository.ts': 'owner of a table, with its SQL and Prisma; every method takes the tenant',
  'x.statement.ts': 'SQL statements and the pieces that several statements share',
  'x.statements.ts': 'all SQL statements of one purpose',
  'x.guard.ts': 'lets a request pass or refuses it, before its controller',
  'x.strategy.ts': 'verifies an access token for Passport',
  'x.filter.ts': 'turns errors into problems',
  'x.errors.ts': 'errors of one protocol or feature',
  'x.module.ts': 'Nest wiring',
  'x.spec.ts': 'unit specs, beside the code',
};

/** @param {string} path @returns {string[]} */
const filesBelow = (path) =>
  readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return entry.name === 'generated' ? [] : filesBelow(`${path}/${entry.name}`);
    return [entry.name];
  });

function roleRows() {
  const endings = filesBelow('src').flatMap((name) => /\.[a-z]+\.ts$/.exec(name)?.[0] ?? []);
  const used = new Set(endings.map((ending) => `x${ending}`));
  const strange = [...used].filter((ending) => roles[ending] === undefined);
  if (strange.length > 0) throw new Error(`no role is known of ${strange.join(', ')}`);
  return Object.entries(roles)
    .filter(([ending]) => used.has(ending))
    .map(([ending, role]) => [code(ending), role]);
}

export function sourceMap() {
  const ringOf = new Map(rings().flatMap(({ ring, folders }) => folders.map((folder) => [folder, ring])));
  const rows = foldersIn('').map((folder) => {
    const ring = ringOf.get(folder);
    if (ring === undefined) throw new Error(`src/${folder}/ has no ring in .dependency-cruiser.cjs`);
    const inner = foldersIn(folder).map((name) => `[${name}](../src/${folder}/${name})`);
    return [ring, `[${folder}](../src/${folder})`, contentsOf(folder), inner.join(', ')];
  });
  return page('Source map', '`.dependency-cruiser.cjs` and the headers of the modules in `src/`', [
    'A file imports from its own ring or a lower one. Composition roots, the files beside these folders, import from all rings:',
    `${rootsIn().map(code).join(', ')}.`,
    '',
    ...table(
      ['ring', 'folder', 'contents', 'inside it'],
      rows.sort(([one = ''], [other = '']) => other.localeCompare(one)),
    ),
    '',
    'Beside `src/`: `prisma/` (schema, migrations), `test/` (specs that need a server or a database), `tour/`, `bench/`, `lab/`',
    '(attacks), `examples/` (client programs), `scripts/`.',
    '',
    '## Roles of files',
    '',
    'The ending of a name is its role. Files without such an ending are helpers of their folder.',
    '',
    ...table(['ending', 'role'], roleRows()),
  ]);
}

const rootsIn = () =>
  readdirSync(join(root, 'src')).filter((name) => /^[\w.]+\.ts$/.test(name) && !name.includes('.spec.'));
