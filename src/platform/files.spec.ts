import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepOrCreate } from './files.js';

describe('a file that is made once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-files-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('is kept when it exists', () => {
    const path = join(folder, 'kept');
    writeFileSync(path, 'first');
    expect(keepOrCreate(path, () => 'second')).toBe('first');
  });

  it('keeps the content that another process wrote meanwhile', () => {
    const path = join(folder, 'raced');
    const made = keepOrCreate(path, () => {
      writeFileSync(path, 'theirs');
      return 'ours';
    });
    expect(made).toBe('theirs');
  });

  it('is readable by its owner only, and leaves no draft', () => {
    const path = join(folder, 'private');
    keepOrCreate(path, () => 'secret');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.startsWith('private.'))).toEqual([]);
  });
});
