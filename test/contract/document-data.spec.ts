// Pages of limits and requirements take their numbers out of the source and their tests by name (scripts/docs/). A wrong
// number or a lost test must be an error of `npm run docs`, never a line of a page.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { settingsSchema } from '../../src/platform/config/settings.js';
import { riskRows } from '../../scripts/docs/configuration.mjs';
import { sourceOf, valueOf } from '../../scripts/docs/constants.mjs';
import { guessingBound, odds, scientific } from '../../scripts/docs/guessing-bound.mjs';
import { quantity } from '../../scripts/docs/quantities.mjs';
import { sourceMap } from '../../scripts/docs/source-map.mjs';
import { stringsIn } from '../../scripts/docs/strings.mjs';
import { tablesIn } from '../../scripts/docs/tables.mjs';
import { root } from '../support/documents.js';

const ENROLMENTS = 'src/factors/enrolments.ts';
const BUDGETS = 'src/phones/budgets/budget.policy.ts';

describe('a number of a document', () => {
  it.each([
    ['a constant that is not exported', 'PENDING_MS', ENROLMENTS, 600_000],
    ['arithmetic', 'KEPT_PENDING + 1', 'src/factors/factor.repository.ts', 5],
    ['a constant of another file', 'RESERVED_FOR_BROWSERS', 'src/admin/restore/restore.statements.ts', 10],
    ['a member of a class', 'openings.opened', 'src/factors/devices/device-method.ts', 10],
    ['a small function', "LIMITS['codes of an address'].windowMs", BUDGETS, 3_600_000],
  ])('is read out of %s', (_from, expression, file, value) => {
    expect(valueOf(expression, file)).toBe(value);
  });

  it.each([
    ['a name that is not there', 'NO_SUCH', ENROLMENTS, 'has no constant NO_SUCH'],
    ['a file that is not there', 'ANY', 'src/none.ts', 'does not exist'],
    ['a member that is not there', "LIMITS['none'].most", BUDGETS, 'there is no member none'],
    ['what is computed while the service runs', 'OPERATOR_TENANT_ID.length', BUDGETS, 'has no constant'],
  ])('is never guessed of %s', (_of, expression, file, message) => {
    expect(() => valueOf(expression, file)).toThrow(message);
  });

  it.each([
    ['PENDING_MS min', ENROLMENTS, '10 min'],
    ['BODY_LIMIT_BYTES KiB', 'src/gate/frame/frame.ts', '16 KiB'],
    ['KEY_BYTES bits', 'src/platform/crypto/key-ring.ts', '256 bits'],
    ['HIT .2', 'src/abuse/enumeration-score.policy.ts', '−1.10'],
    ['MAX_KEYS', 'src/gate/throttle/memory-throttle-store.ts', '100,000'],
  ])('is written as %s says', (placeholder, file, text) => {
    expect(quantity(placeholder, file)).toBe(text);
  });

  it('has no unit that the name of its constant does not give', () => {
    expect(() => quantity('MAX_KEYS min', 'src/gate/throttle/memory-throttle-store.ts')).toThrow('ends with a unit');
  });
});

describe('a test that a document names', () => {
  it('is found in its file, and another is not', () => {
    const names = stringsIn(sourceOf('test/contract/document-data.spec.ts'));
    expect(names.has('is found in its file, and another is not')).toBe(true);
    expect(names.has(['no', 'such test'].join(' '))).toBe(false);
  });
});

describe('the tables of a document', () => {
  const all = tablesIn(readFileSync(join(root, 'prisma/schema.prisma'), 'utf8'));

  it('have the columns and the key of the schema, and no relations', () => {
    const spent = all.find(({ name }) => name === 'spent_assertions');
    expect(spent?.key).toEqual(['tenant_id', 'jti']);
    expect(spent?.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'tenant_id uuid',
      'jti uuid',
      'expires_at timestamptz',
    ]);
  });

  it('are all explained, and all have a key', () => {
    expect(all.length).toBeGreaterThan(40);
    expect(all.filter(({ name, meaning, key }) => name === '' || meaning === '' || key.length === 0)).toEqual([]);
  });
});

describe('the rings of a document', () => {
  it('hold every folder of src/', () => {
    const page = sourceMap();
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((each) => each.isDirectory());
    for (const { name } of folders.filter((each) => each.name !== 'generated'))
      expect(page).toMatch(new RegExp(`^\\| \\d \\| \\[${name}\\]`, 'm'));
  });
});

describe('the risks of settings', () => {
  const names = Object.keys(settingsSchema.shape);

  it('are stated for every setting, or it is listed as harmless', () => {
    expect(riskRows(names).length).toBeGreaterThan(10);
  });

  it('are refused where a setting is missing or unknown', () => {
    expect(() => riskRows([...names, 'NEW_SETTING'])).toThrow('NEW_SETTING');
    expect(() => riskRows(names.filter((name) => name !== 'ISSUER'))).toThrow('ISSUER');
  });
});

describe('the guessing bound of a document', () => {
  it('is that of R-14 for 100 guesses, and above it for more', () => {
    expect(odds(100)).toBeLessThanOrEqual(3e-4);
    expect(odds(101)).toBeGreaterThan(3e-4);
    expect(guessingBound()).toContain('2.9996·10⁻⁴ **≤ 3·10⁻⁴**');
  });

  it('is written with powers of ten', () => {
    expect([scientific(0.00036, 2), scientific(1.5e12, 2)]).toEqual(['3.6·10⁻⁴', '1.5·10¹²']);
  });
});
