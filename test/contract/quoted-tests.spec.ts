// The documents quote tests by name, after a link to their file: [x.spec.ts](../test/x.spec.ts) “refuses …”. Each
// quoted test must exist; otherwise the document claims something without proof.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow, root } from '../support/documents.js';

const QUOTE = /\]\(([^)]+\.spec\.ts)\)\s+“([^”]+)”/g;

/** The text of a spec file, without the escapes of its string literals. */
const textOf = (file: string) => readFileSync(join(root, file), 'utf8').replaceAll(/\\(['"`])/g, '$1');

describe('the documents', () => {
  const quotes = filesBelow('docs', /\.md$/).flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(QUOTE)].map(([, target = '', name = '']) => ({
      page,
      file: join(dirname(page), target),
      name,
    })),
  );

  it('quote only tests that exist', () => {
    expect(quotes.length).toBeGreaterThan(10);
    expect(quotes.filter(({ file, name }) => !textOf(file).includes(name))).toEqual([]);
  });
});
