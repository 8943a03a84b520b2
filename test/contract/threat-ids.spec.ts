// The threat model and the code must name the same threats. An id only in the model is a promise without code; an id
// only in the code has no explanation. This spec compares texts only; the named specs check the behaviour.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow, linksIn, root } from '../support/documents.js';

const MODEL = 'docs/security/threat-model.md';
const PARTS = ['Attacker', 'Stops it', 'Shown by', 'Remains'];

interface Threat {
  readonly id: string;
  readonly parts: Readonly<Record<string, string>>;
}

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const idsIn = (text: string) => [...new Set(text.match(/\bT-\d\d\b/g) ?? [])];
const isSpec = (file: string) => file.endsWith('.spec.ts');

/** A section begins `## T-nn …` and holds one list item per part. */
function threats(): Threat[] {
  return read(MODEL)
    .split(/^## (?=T-\d\d )/m)
    .slice(1)
    .map((section) => {
      const items = section.split(/^- \*\*/m).slice(1);
      const parts = items.map((item) => {
        const [name = '', text = ''] = item.split('**:');
        return [name, text.trim()] as const;
      });
      return { id: section.slice(0, 4), parts: Object.fromEntries(parts) };
    });
}

/** `file: T-nn` of every id in the product or its specs. */
function mentions(): { file: string; id: string }[] {
  const places = ['src', 'prisma/migrations', 'test'].flatMap((folder) => filesBelow(folder, /\.(ts|js|mjs|sql)$/));
  return places
    .filter((file) => !file.startsWith('src/generated/'))
    .flatMap((file) => idsIn(read(file)).map((id) => ({ file, id })));
}

/** Files that a part of the model links to, from the project's root. */
function linked(text: string | undefined): string[] {
  return linksIn(text ?? '').map((target) => join(dirname(MODEL), target));
}

describe('the threat model', () => {
  const model = threats();
  const found = mentions();

  it('has every part of every threat once, in order of the ids', () => {
    const ids = model.map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(20);
    expect(ids).toEqual([...new Set(ids)].sort());
    for (const { id, parts } of model) expect([id, ...Object.keys(parts)]).toEqual([id, ...PARTS]);
  });

  it('explains every id in code and specs, and links to the file', () => {
    const unexplained = found.filter(({ id, file }) => {
      const parts = model.find((threat) => threat.id === id)?.parts;
      return !linked(parts?.[isSpec(file) ? 'Shown by' : 'Stops it']).includes(file);
    });
    expect(unexplained).toEqual([]);
  });

  it('lists no threat without a line of code or a spec that names it', () => {
    const named = new Set(found.map(({ id }) => id));
    expect(model.map(({ id }) => id).filter((id) => !named.has(id))).toEqual([]);
  });

  it('names, for each threat, code that stops it and a spec that shows it', () => {
    for (const { id, parts } of model) {
      const stops = linked(parts['Stops it']).filter((file) => !isSpec(file) && existsSync(join(root, file)));
      const shows = linked(parts['Shown by']).filter((file) => isSpec(file) && existsSync(join(root, file)));
      expect([id, stops.length > 0, shows.length > 0]).toEqual([id, true, true]);
    }
  });
});
