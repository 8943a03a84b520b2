// `npm run lab` as a person runs it. It attacks a service of its own over HTTP and writes down the results.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Results } from '../../lab/report/results.js';
import { Command } from '../support/command.js';

jest.setTimeout(180_000);

describe('the lab', () => {
  const out = mkdtempSync(join(tmpdir(), 'countersign-lab-'));
  const lab = (...words: string[]) => Command.run('lab/main.ts', {}, words).end();

  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it('lists its attacks, and refuses an unknown one', async () => {
    const listed = await lab('--list');
    expect(listed.code).toBe(0);
    expect(listed.stdout).toMatch(/^authy-replay +The breach of 2024, once more$/m);
    expect(listed.stdout).toMatch(/^stolen-credentials +A month/m);
    const refused = await lab('phishing');
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toContain('There is no attack “phishing”. There are: authy-replay, ');
  });

  it('attacks a running service, reports the gains, and exits with 0 if every gain is within its bound', async () => {
    const { code, stdout, stderr } = await lab('totp-replay-race', 'silent-device', '--seed', 'spec', '--out', out);
    expect([code, stderr]).toEqual([0, expect.stringContaining('seed spec')]);
    expect(stdout).toMatch(
      /^✓ One right code, .*two hundred times at one instant: 1 approvals of one code, at most 1$/m,
    );
    expect(stdout).not.toContain('MISSED');
    const { attacks, month, seed } = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Results;
    expect([seed, month, attacks.map(({ name }) => name)]).toEqual([
      'spec',
      null,
      ['totp-replay-race', 'silent-device'],
    ]);
    const sent = attacks.flatMap(({ findings }) => findings.map((finding) => finding.sent));
    expect(sent).toEqual([1_000, 500, 500, 120, 120, 120, 120]);
    const page = readFileSync(join(out, 'index.html'), 'utf8');
    expect(page).toContain('Adding and removing factors without a proof');
    // The page loads nothing from outside and runs no script.
    expect(page).not.toMatch(/<script|<link|src=|@import|https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
  });
});
