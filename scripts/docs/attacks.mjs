// The page of the lab's attacks: what each of them tells of itself.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build.mjs';
import { valueOf } from './constants.mjs';
import { page, table } from './markup.mjs';

const FOLDER = 'lab/attacks';

/** @param {string} name of a file @returns {{ file: string, name: string, title: string, counted: string, story: string }} */
function attackOf(name) {
  const file = `${FOLDER}/${name}`;
  const constant = /^export const (\w+): Attack = \{/m.exec(readFileSync(join(root, file), 'utf8'))?.[1];
  if (constant === undefined) throw new Error(`${file} has no attack`);
  const text = (/** @type {string} */ member) => String(valueOf(`${constant}.${member}`, file));
  return { file, name: text('name'), title: text('title'), counted: text('counted'), story: text('story') };
}

export function attacks() {
  const files = readdirSync(join(root, FOLDER)).filter((name) => name.endsWith('.ts') && !name.includes('.spec.'));
  const all = files.sort().map(attackOf);
  return page(
    'The attacks of the lab',
    '`lab/attacks/`',
    [
      'The attacks of `npm run lab`, and the documented bound of each. [lab.md](lab.md) has the results, and the month of',
      '`stolen-credentials`, which counts registered numbers confirmed.',
      '',
      ...table(
        ['attack', 'counted, and its bound'],
        all.map(({ file, name, counted }) => [`[${name}](../${file})`, counted]),
      ),
      '',
      ...all.flatMap(({ name, title, story }) => [`## ${name}`, '', `**${title}**`, '', story, '']),
    ].slice(0, -1),
  );
}
