// Comments that cite an invariant (R-nn) and docs/invariants.md name the same rules. Each rule names tests that attack
// it. This spec compares texts only; the named tests check the behaviour.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow, linksIn, root } from '../support/documents.js';

const PAGE = 'docs/invariants.md';

/** Rules that do not hold completely. A rule that is closed leaves this list and loses its part "Open". */
const OPEN = ['R-05', 'R-06', 'R-08', 'R-12', 'R-13', 'R-14'];

interface Invariant {
  readonly id: string;
  readonly parts: Readonly<Record<string, string>>;
}

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const idsIn = (text: string) => [...new Set(text.match(/\bR-\d\d\b/g) ?? [])];

/** A section begins `## R-nn …` and holds one list item per part. */
function invariants(): Invariant[] {
  const sections = read(PAGE)
    .split(/^## (?=R-\d\d )/m)
    .slice(1);
  return sections.map((section) => {
    const items = section.split(/^- \*\*/m).slice(1);
    const parts = items.map((item) => {
      const [name = '', text = ''] = item.split('**:');
      return [name, text.trim()] as const;
    });
    return { id: section.slice(0, 4), parts: Object.fromEntries(parts) };
  });
}

/** `file: R-nn` of every id that code, specs, scripts or lint rules cite. */
function citations(): { file: string; id: string }[] {
  const places = ['src', 'prisma', 'test', 'lab', 'tour', 'bench', 'scripts'].flatMap((folder) =>
    filesBelow(folder, /\.(ts|js|mjs|sql|prisma)$/),
  );
  return [...places, 'eslint.config.mjs']
    .filter((file) => !file.startsWith('src/generated/') && file !== 'test/contract/invariants.spec.ts')
    .flatMap((file) => idsIn(read(file)).map((id) => ({ file, id })));
}

describe('docs/invariants.md', () => {
  const rules = invariants();
  const cited = citations();

  it('lists R-01 to R-14 in order, each with a rule and tests', () => {
    expect(rules.map(({ id }) => id)).toEqual(
      Array.from({ length: 14 }, (_, place) => `R-${String(place + 1).padStart(2, '0')}`),
    );
    for (const { id, parts } of rules)
      expect([id, ...Object.keys(parts)]).toEqual([id, 'Rule', 'Attacked by', ...(OPEN.includes(id) ? ['Open'] : [])]);
  });

  it('includes every id that code or a spec cites', () => {
    const known = rules.map(({ id }) => id);
    expect(cited.length).toBeGreaterThan(20);
    expect(cited.filter(({ id }) => !known.includes(id))).toEqual([]);
  });

  it('names only tests that exist and cite the rule', () => {
    for (const { id, parts } of rules) {
      const tests = linksIn(parts['Attacked by'] ?? '').map((target) => join(dirname(PAGE), target));
      expect([id, tests.length > 0]).toEqual([id, true]);
      expect([id, tests.filter((file) => !file.endsWith('.spec.ts') || !existsSync(join(root, file)))]).toEqual([
        id,
        [],
      ]);
      expect([id, tests.filter((file) => !idsIn(read(file)).includes(id))]).toEqual([id, []]);
    }
  });

  it('lists each spec that cites a rule in its header as a test of that rule', () => {
    const headers = cited
      .filter(({ file }) => file.endsWith('.spec.ts'))
      .filter(({ file, id }) => idsIn(read(file).split('\n')[0] ?? '').includes(id));
    const missing = headers.filter(({ file, id }) => {
      const rule = rules.find((each) => each.id === id);
      return !linksIn(rule?.parts['Attacked by'] ?? '').some((target) => join(dirname(PAGE), target) === file);
    });
    expect(missing).toEqual([]);
  });
});
