// The rings and folders of src/, out of the rules that check the imports, and the header of each folder's module.
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
    `${rootsIn().map(code).join(', ')}. The roles of files are in [architecture.md](architecture.md#rings).`,
    '',
    ...table(
      ['ring', 'folder', 'contents', 'inside it'],
      rows.sort(([one = ''], [other = '']) => other.localeCompare(one)),
    ),
    '',
    'Beside `src/`: `prisma/` (schema, migrations), `test/` (specs that need a server or a database), `tour/`, `bench/`, `lab/`',
    '(attacks), `examples/` (client programs), `scripts/`.',
  ]);
}

const rootsIn = () =>
  readdirSync(join(root, 'src')).filter((name) => /^[\w.]+\.ts$/.test(name) && !name.includes('.spec.'));
