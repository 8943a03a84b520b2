// What the generators read of dist/: modules, and the inventory of all routes.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../build.mjs';

/** @param {string} module path below dist/ */
export const built = (module) => import(pathToFileURL(join(root, 'dist', module)).href);

/** @returns {Promise<{ method: string, path: string, contract: Record<string, any> }[]>} */
export async function inventoryOf() {
  const { FEATURES } = await built('app.module.js');
  const { controllersOf } = await built('bootstrap.js');
  const { buildInventory } = await built('contract/inventory.js');
  return buildInventory(controllersOf(FEATURES));
}
