// The sum of Jest's reports: the slowest files, the tests that were skipped without a reason in .ci/skipped, and `N passed, N failed`.
// Usage: node .ci/totals.mjs REPORT…
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

const SLOWEST = 10;
const excused = readFileSync(new URL('skipped', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('  ')[0] ?? '');

/**
 * @typedef {{ name: string, startTime: number, endTime: number, assertionResults: { fullName: string, status: string }[] }} SpecFile
 * @typedef {{ numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites: number, testResults: SpecFile[] }} Report
 */

const paths = process.argv.slice(2);
/** @type {Report[]} */
const reports = paths.filter((path) => existsSync(path)).map((path) => JSON.parse(readFileSync(path, 'utf8')));
const files = reports.flatMap(({ testResults }) => testResults);
const missing = paths.length - reports.length;

const slowest = files
  .map(({ name, startTime, endTime }) => ({
    name: relative(process.cwd(), name),
    seconds: (endTime - startTime) / 1000,
  }))
  .sort((one, other) => other.seconds - one.seconds)
  .slice(0, SLOWEST);
for (const { name, seconds } of slowest) console.log(`${seconds.toFixed(0).padStart(5)} s  ${name}`);

// What one run skips and another runs was run.
const tests = files.flatMap(({ assertionResults }) => assertionResults);
const ran = new Set(
  tests.filter(({ status }) => status === 'passed' || status === 'failed').map(({ fullName }) => fullName),
);
const skipped = [...new Set(tests.map(({ fullName }) => fullName))].filter((fullName) => !ran.has(fullName));
const unexcused = skipped.filter((name) => !excused.some((part) => name.includes(part)));
for (const name of unexcused) console.log(`skipped without a reason in .ci/skipped: ${name}`);
if (skipped.length > unexcused.length)
  console.log(`${skipped.length - unexcused.length} not run here, for reasons in .ci/skipped`);

const sum = (/** @type {(report: Report) => number} */ of) => reports.reduce((total, report) => total + of(report), 0);
const passed = sum(({ numPassedTests }) => numPassedTests);
const failed = missing + unexcused.length + sum((report) => report.numFailedTests + report.numRuntimeErrorTestSuites);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;
