// T-51. Compares the published table of what a scope may know with the one that the search for differences is held to.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_SCOPES } from '../../src/contract/scopes.js';
import { root } from '../support/documents.js';
import { CASE_NAMES, CASES, scopesFor } from '../worlds/cases.js';
import { ALL_FACTS, scopeFactTable } from '../worlds/scope-facts.js';

describe('what a scope may know', () => {
  it('is published as it is tested', () => {
    expect(readFileSync(join(root, 'docs/security/scope-facts.md'), 'utf8')).toContain(`\n${scopeFactTable()}\n`);
  });

  it('is searched for by some case, fact by fact', () => {
    const searched = new Set<string>(CASE_NAMES.flatMap((name) => CASES[name].facts));
    // Devices are registered through their own routes, which no case plants.
    expect(ALL_FACTS.filter((fact) => !searched.has(fact))).toEqual(['has_device']);
  });

  it('leaves each scope something that it may not know, in some case', () => {
    const tried = new Set(CASE_NAMES.flatMap(scopesFor));
    expect(ALL_SCOPES.filter((scope) => !tried.has(scope))).toEqual([]);
  });
});
