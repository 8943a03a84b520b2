// The order of the spec files: those that take longest first, so that both workers end at about the same time. A file that
// durations.json does not name comes after them, the larger first. `.ci/run` prints what the slowest take.
import { readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';

/** @typedef {{ path: string }} File */

/** @type {Record<string, number>} seconds by file */
const durations = JSON.parse(readFileSync(new URL('durations.json', import.meta.url), 'utf8'));

/** What Jest calls a test sequencer. */
export default class SlowestFirst {
  /** @param {File[]} tests */
  sort(tests) {
    return [...tests].sort((one, other) => weightOf(other.path) - weightOf(one.path));
  }

  /** @param {File[]} tests */
  allFailedTests(tests) {
    return tests;
  }

  /** @param {File[]} tests */
  shard(tests) {
    return tests;
  }

  cacheResults() {
    // The list is kept by hand: the order is the same on every machine.
  }
}

/** Seconds, or less than one by size. @param {string} path */
function weightOf(path) {
  return durations[relative(process.cwd(), path)] ?? statSync(path).size / 1e6;
}
