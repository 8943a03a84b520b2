// T-04. The attacker holds a stolen token with the scope `verify` and a good clock. They compare how long refusals take, to learn who
// exists, who is enrolled, who is locked. This is the short form of the evidence in docs/security/evidence. It shows that the
// harness finds a planted delay, and would see a large difference. A small one needs `npm run evidence:timing`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from '../support/command.js';
import type { Report } from '../timing/report.js';

/** On a busy machine of CI with a few hundred times a class, no more than this is asked of an AUC's 99 % interval. */
const BAND = { low: 0.47, high: 0.53 };

describe('the time that a refusal takes', () => {
  const out = mkdtempSync(join(tmpdir(), 'countersign-timing-'));
  let report: Report;

  beforeAll(async () => {
    const settings = { DATABASE_URL: process.env['TEST_SERVER_URL'] ?? '' };
    const flags = ['--quick', '--endpoint', 'verify', '--out', out];
    const { stderr } = await Command.run('test/timing/main.ts', settings, flags).end();
    try {
      report = JSON.parse(readFileSync(join(out, 'timing-verify.json'), 'utf8')) as Report;
    } catch {
      throw new Error(`there is no report: ${stderr}`);
    }
  }, 480_000);
  afterAll(() => rmSync(out, { recursive: true, force: true }));

  it('would show a planted delay of half a standard deviation, alone and under load', () => {
    expect(report.controls.map(({ load, isSignificant }) => [load, isSignificant])).toEqual([
      ['alone', true],
      ['under load', true],
    ]);
  });

  it('shows nothing between two sets of the same class', () => {
    expect(report.nulls.filter(({ isSignificant }) => isSignificant)).toEqual([]);
  });

  it('was measured on classes whose members were answered for the reason that they stand for', () => {
    expect(report.void).toEqual([]);
    expect(report.cells).toHaveLength(14);
  });

  it('does not distinguish an unknown, locked, pending, removed or foreign user, or a used or expired code, from a wrong code', () => {
    const told = report.cells.filter(({ auc }) => auc.low > BAND.high || auc.high < BAND.low);
    expect(told.map(({ name, load, auc }) => ({ name, load, auc }))).toEqual([]);
  });
});
