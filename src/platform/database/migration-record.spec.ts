import fc from 'fast-check';
import { missingMigrations, MigrationError, type Migration, type RecordedMigration } from './migration-record.js';

const file = (name: string): Migration => ({
  name,
  sql: '',
  checksums: [`${name}-as-is`, `${name}-lf`, `${name}-crlf`],
});
const row = (name: string, change: Partial<RecordedMigration> = {}): RecordedMigration => ({
  name,
  checksum: `${name}-as-is`,
  isFinished: true,
  ...change,
});

function faultOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof MigrationError) return error.fault;
  }
  return 'none';
}

describe('missingMigrations', () => {
  it('names the missing migrations in the order of the files, for any record', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z0-9_]{1,9}$/)), fc.func(fc.boolean()), (names, isApplied) => {
        const files = names.map(file);
        const record = names.filter((name) => isApplied(name)).map((name) => row(name));
        const missing = missingMigrations(files, record.reverse());
        expect(missing.map(({ name }) => name)).toEqual(names.filter((name) => !isApplied(name)));
      }),
    );
  });

  it('accepts a file whose line endings Git changed', () => {
    expect(missingMigrations([file('a')], [row('a', { checksum: 'a-crlf' })])).toEqual([]);
  });

  it('refuses a file that changed after it was applied', () => {
    expect(faultOf(() => missingMigrations([file('a'), file('b')], [row('a', { checksum: 'other' })]))).toBe('changed');
  });

  it('accepts a database that a newer build has only added to', () => {
    expect(missingMigrations([file('a')], [row('a'), row('20270101000000_b')])).toEqual([]);
  });

  it('refuses a database from which a newer build has removed something', () => {
    const record = [row('a'), row('20270101000000_b'), row('20270102000000_contract_c')];
    expect(faultOf(() => missingMigrations([file('a')], record))).toBe('unknown');
  });

  it('refuses a database that lacks a migration and has one of another build', () => {
    expect(faultOf(() => missingMigrations([file('a'), file('b')], [row('a'), row('c')]))).toBe('unknown');
  });

  it('refuses a migration that began and did not finish, known or not', () => {
    expect(faultOf(() => missingMigrations([file('a')], [row('a', { isFinished: false })]))).toBe('unfinished');
    expect(faultOf(() => missingMigrations([], [row('b', { isFinished: false })]))).toBe('unfinished');
  });
});
