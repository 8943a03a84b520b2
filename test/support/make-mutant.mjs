// Copies the built service into a folder, with changes to some source files. Each change must match exactly once. So a
// spec about a guard fails when the guard has moved, instead of testing nothing.
// Usage: node make-mutant.mjs '{ "to": folder, "edits": [{ "file", "find", "replace" }] }'
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from '../../scripts/compile.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** @type {{ to: string, edits: { file: string, find: string, replace: string }[] }} */
const { to, edits } = JSON.parse(process.argv[2] ?? '');

copyProject();
const sources = join(to, 'changed');
const changed = [...new Set(edits.map(({ file }) => file))].map(writeChanged);
if (changed.length > 0) {
  await compile(changed, { from: sources, to: join(to, 'compiled') });
  cpSync(join(to, 'compiled'), join(to, 'dist'), { recursive: true });
}

function copyProject() {
  rmSync(to, { recursive: true, force: true });
  for (const name of ['support', 'worlds']) mkdirSync(join(to, 'test', name), { recursive: true });
  cpSync(join(root, 'dist'), join(to, 'dist'), { recursive: true, filter: (file) => !file.endsWith('.map') });
  for (const name of ['node_modules', 'prisma']) symlinkSync(join(root, name), join(to, name), 'dir');
  for (const file of [
    'package.json',
    ...['moved-clock.mjs', 'moved-clock-server.mjs'].map((name) => `test/support/${name}`),
    'test/worlds/stepped-server.mjs',
  ])
    cpSync(join(root, file), join(to, file));
}

/** @param {string} file below src/ */
function writeChanged(file) {
  let text = readFileSync(join(root, 'src', file), 'utf8');
  for (const { find, replace } of edits.filter((edit) => edit.file === file)) {
    const parts = text.split(find);
    if (parts.length !== 2) {
      throw new Error(`src/${file} holds this ${parts.length - 1} times instead of once:\n${find}`);
    }
    text = parts.join(replace);
  }
  const target = join(sources, file);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
  return target;
}
