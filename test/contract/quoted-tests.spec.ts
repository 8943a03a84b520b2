// The documents quote tests by name, after a link to their file: [x.spec.ts](../test/x.spec.ts) “refuses …”. A quoted test
// that is not there any more would be a claim without a proof.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow, root } from '../support/documents.js';

const QUOTE = /\]\(([^)]+\.spec\.ts)\)\s+“([^”]+)”/g;

/** What a spec file says, without the escapes of its string literals. */
const textOf = (file: string) => readFileSync(join(root, file), 'utf8').replaceAll(/\\(['"`])/g, '$1');

describe('the documents', () => {
  const quotes = filesBelow('docs', /\.md$/).flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(QUOTE)].map(([, target = '', name = '']) => ({
      page,
      file: join(dirname(page), target),
      name,
    })),
  );

  it('quote no test that is not there', () => {
    expect(quotes.length).toBeGreaterThan(10);
    expect(quotes.filter(({ file, name }) => !textOf(file).includes(name))).toEqual([]);
  });
});
