// Writes the documents that are made of the code. `npm run docs` writes them; with --check it writes nothing and fails when one
// is stale. Each page has its generator in scripts/docs/.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, root } from './build.mjs';
import { attacks } from './docs/attacks.mjs';
import { built, inventoryOf } from './docs/built.mjs';
import { claims, limits, requirements } from './docs/claims.mjs';
import { configuration } from './docs/configuration.mjs';
import { alerts, auditEvents } from './docs/events.mjs';
import { guessingBound } from './docs/guessing-bound.mjs';
import { errors, routes } from './docs/routes.mjs';
import { scopes } from './docs/scopes.mjs';
import { sourceMap } from './docs/source-map.mjs';
import { tables } from './docs/tables.mjs';

/** The default of a setting, for the limits that are settings. */
async function defaults() {
  const { readSettings } = await built('platform/config/settings.js');
  /** @type {Record<string, unknown>} */
  const settings = readSettings({});
  return (/** @type {string} */ name) => settings[name];
}

async function tablesOfDatabase() {
  const { SEALED_COLUMNS } = await built('platform/keys/sealed-columns.js');
  const { BINDINGS } = await built('platform/keys/bindings.js');
  return tables({ sealed: SEALED_COLUMNS, bound: Object.values(BINDINGS) });
}

async function scopesOfClients() {
  const { SCOPES, isBoundScope } = await built('contract/scopes.js');
  return scopes(SCOPES, await inventoryOf(), isBoundScope);
}

const PAGES = {
  configuration,
  routes,
  errors,
  'audit-events': auditEvents,
  alerts,
  limits: async () => limits(await defaults()),
  'security/requirements': async () => requirements(await defaults()),
  scopes: scopesOfClients,
  'source-map': sourceMap,
  tables: tablesOfDatabase,
  'security/guessing-bound': guessingBound,
  'lab-attacks': attacks,
  claims: async () => claims(await defaults()),
};

async function main() {
  await ensureBuilt();
  const isCheck = process.argv.includes('--check');
  let stale = 0;
  for (const [name, make] of Object.entries(PAGES)) {
    const file = join(root, 'docs', `${name}.md`);
    const text = await make();
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    stale += 1;
    if (!isCheck) writeFileSync(file, text);
    console.log(`docs/${name}.md ${isCheck ? 'is stale: run `npm run docs`' : 'written'}`);
  }
  if (isCheck && stale > 0) process.exitCode = 1;
}

await main();
