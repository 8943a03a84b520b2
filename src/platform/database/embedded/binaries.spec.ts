import { tmpdir } from 'node:os';
import { prepareBinaries } from './binaries.js';
import { asFolderError } from './errors.js';

describe('prepareBinaries', () => {
  it('refuses a platform without a binary in one sentence that names DATABASE_URL', async () => {
    const preparing = prepareBinaries({ folder: tmpdir(), account: null }, 'linux-riscv64');
    await expect(preparing).rejects.toMatchObject({
      fault: 'no_binary',
      message:
        'The embedded PostgreSQL cannot be used: npm installed none for linux-riscv64; set DATABASE_URL to a PostgreSQL server (15 or newer).',
    });
  });
});

describe('asFolderError', () => {
  const system = (code: string): Error =>
    Object.assign(new Error(`${code}: from the system`), { code, syscall: 'open' });

  it.each([
    ['ENOSPC', 'disk_full', /^The disk that holds \/srv\/x is full: /],
    ['EDQUOT', 'disk_full', /^The disk that holds \/srv\/x is full: /],
    ['EACCES', 'unusable_folder', /^This user may not write in \/srv\/x: /],
    ['EROFS', 'unusable_folder', /^\/srv\/x is on a read-only file system: /],
    ['ENOTDIR', 'unusable_folder', /^\/srv\/x cannot be a folder, because there is a file of that name: /],
    ['EIO', 'unusable_folder', /^\/srv\/x cannot hold the embedded database \(EIO\): /],
  ])('explains %s, and names both remedies', (code, fault, words) => {
    const error = asFolderError(system(code), '/srv/x');
    expect(error).toMatchObject({ fault, message: expect.stringMatching(words) as string });
    expect((error as Error).message).toMatch(/ DATA_DIR, or set DATABASE_URL to a PostgreSQL server\.$/);
  });

  it('passes a bug of the service on, with its stack', () => {
    const mistake = new TypeError('x is not a function');
    expect(asFolderError(mistake, '/srv/x')).toBe(mistake);
  });
});
