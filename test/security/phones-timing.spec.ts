// T-04, T-38. The attacker holds a stolen token and a good clock. All answers are alike; the attacker compares how long they take, to learn
// which numbers are registered, and for which user. This is the short form of the evidence in docs/security/evidence.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from '../support/command.js';
import type { Report } from '../timing/report.js';

/** Of an AUC's 99 % interval: with 132 times a class hardly ever met by chance. The other two routes would take CI as long again. */
const BAND = { low: 0.45, high: 0.55 };

describe.each([
  { name: 'blind-lookups', cells: 10 },
  { name: 'phone-match', cells: 12 },
])('the time that an answer of $name takes', ({ name, cells }) => {
  const out = mkdtempSync(join(tmpdir(), 'countersign-timing-'));
  let report: Report;

  beforeAll(async () => {
    const settings = { DATABASE_URL: process.env['TEST_SERVER_URL'] ?? '' };
    const flags = ['--quick', '--endpoint', name, '--out', out];
    const { stderr } = await Command.run('test/timing/main.ts', settings, flags).end();
    try {
      report = JSON.parse(readFileSync(join(out, `timing-${name}.json`), 'utf8')) as Report;
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
    expect(report.cells).toHaveLength(cells);
  });

  it('does not show who has a phone, or which one', () => {
    const told = report.cells.filter(({ auc }) => auc.low > BAND.high || auc.high < BAND.low);
    expect(told.map(({ name: cell, load, auc }) => ({ cell, load, auc }))).toEqual([]);
  });
});
