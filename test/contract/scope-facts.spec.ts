// T-51. Compares the published table of the facts that each scope may know with the table that the search for
// differences uses.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_SCOPES } from '../../src/contract/scopes.js';
import { root } from '../support/documents.js';
import { CASE_NAMES, CASES, scopesFor } from '../worlds/cases.js';
import { ALL_FACTS, scopeFactTable } from '../worlds/scope-facts.js';

describe('the table of facts that each scope may know', () => {
  it('is published as it is tested', () => {
    expect(readFileSync(join(root, 'docs/scopes.md'), 'utf8')).toContain(`\n${scopeFactTable()}\n`);
  });

  it('has a case that searches each fact', () => {
    const searched = new Set<string>(CASE_NAMES.flatMap((name) => CASES[name].facts));
    // Devices are registered through their own routes. No case creates them.
    expect(ALL_FACTS.filter((fact) => !searched.has(fact))).toEqual(['has_device']);
  });

  it('has, for each scope, a case with a fact that the scope may not know', () => {
    const tried = new Set(CASE_NAMES.flatMap(scopesFor));
    expect(ALL_SCOPES.filter((scope) => !tried.has(scope))).toEqual([]);
  });
});
