// Every package of the lockfile runs on the oldest Node that package.json promises; npm itself only warns (EBADENGINE).
// Every override of package.json is explained in ADR 0033.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import semver from 'semver';
import { root } from './build.mjs';

const RECORD = 'docs/decisions/0033-dependencies.md';

/** @typedef {{ version?: string, engines?: { node?: string } }} Locked */
/** @typedef {{ engines: { node: string }, overrides?: Record<string, unknown> }} Manifest */

/**
 * @param {Manifest} manifest package.json
 * @param {Record<string, Locked>} packages those of package-lock.json, by their folders
 * @returns {string[]} the packages that refuse the oldest Node of the manifest
 */
export function enginesTooNew(manifest, packages) {
  const oldest = semver.minVersion(manifest.engines.node)?.version ?? '';
  return Object.entries(packages).flatMap(([folder, { version, engines }]) => {
    const needs = engines?.node;
    if (needs === undefined || semver.satisfies(oldest, needs)) return [];
    return [`${folder} ${version} needs Node ${needs}; package.json promises ${oldest}`];
  });
}

/**
 * @param {Manifest} manifest
 * @param {string} record the text of the ADR, with a table row `| name version | …` for each override
 * @returns {string[]}
 */
export function overridesUnexplained(manifest, record) {
  return overridesIn(manifest.overrides ?? {})
    .filter((override) => !record.includes(`\n| \`${override}\` |`))
    .map((override) => `the override ${override} has no row in ${RECORD}`);
}

/**
 * @param {Record<string, unknown>} overrides
 * @returns {string[]} such as `cookie 1.1.1`
 */
function overridesIn(overrides) {
  return Object.entries(overrides).flatMap(([name, value]) =>
    typeof value === 'string' ? [`${name} ${value}`] : overridesIn(/** @type {Record<string, unknown>} */ (value)),
  );
}

/** @param {string} path */
const read = (path) => readFileSync(join(root, path), 'utf8');

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const manifest = JSON.parse(read('package.json'));
  const { packages } = JSON.parse(read('package-lock.json'));
  const faults = [...enginesTooNew(manifest, packages), ...overridesUnexplained(manifest, read(RECORD))];
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
