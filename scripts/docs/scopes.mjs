// The page of scopes: src/contract/scopes.ts, the contracts, and the facts of test/worlds/scope-facts.ts. The search for
// differences between two worlds uses the same facts.
import { valueOf } from './constants.mjs';
import { code, codes, page, table } from './markup.mjs';

const FACTS_FILE = 'test/worlds/scope-facts.ts';

/** @typedef {{ method: string, path: string, contract: { scope?: string, orScope?: string } }} Route */

/** One row for each fact, as `scopeFactTable()` of that file makes them. @param {string[]} scopes */
function factRows(scopes) {
  const facts = /** @type {Record<string, string>} */ (valueOf('FACTS', FACTS_FILE));
  const known = /** @type {Record<string, Record<string, string>>} */ (valueOf('SCOPE_FACTS', FACTS_FILE));
  return scopes.flatMap((scope) => {
    const reasons = Object.entries(known[scope] ?? {});
    if (reasons.length === 0) return [`| ${code(scope)} | nothing | – |`];
    return reasons.map(([fact, reason]) => `| ${code(scope)} | ${facts[fact]} | ${reason} |`);
  });
}

/**
 * @param {Record<string, string>} scopes what each allows
 * @param {Route[]} inventory
 * @param {(scope: string) => boolean} isBound
 */
export function scopes(scopes, inventory, isBound) {
  const routes = (/** @type {string} */ scope) =>
    inventory
      .filter(({ contract }) => contract.scope === scope || contract.orScope === scope)
      .map(({ method, path }) => `${method} ${path}`);
  return page('Scopes', '`src/contract/scopes.ts`, the contracts and `test/worlds/scope-facts.ts`', [
    'Use this page to choose the scopes of a client, and to see which facts a thief of its credential can learn. In production',
    '**bound** scopes are granted to [bound tokens](tokens.md#bind-a-token-to-a-key) only.',
    '',
    ...table(
      ['scope', 'allows', 'routes'],
      Object.entries(scopes).map(([scope, meaning]) => [
        `${code(scope)}${isBound(scope) ? ', bound' : ''}`,
        meaning,
        codes(routes(scope)),
      ]),
    ),
    '',
    '## Facts',
    '',
    'A fact that is not listed for a scope changes nothing that the client can observe',
    '([scope-facts.md](security/scope-facts.md)). A client with several scopes may know the facts of each.',
    '',
    '| scope | may know | because |',
    '|---|---|---|',
    ...factRows(Object.keys(scopes)),
  ]);
}
