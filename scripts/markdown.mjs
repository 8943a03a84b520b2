// Lists the project's own files, for the checks of links and of prose.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const skipped = new Set(['node_modules', 'dist', 'generated', 'coverage', '.git', '.countersign']);

/**
 * The project's own files whose names match.
 * @param {string} folder
 * @param {RegExp} named
 * @returns {string[]}
 */
export function filesBelow(folder, named) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path, named);
    return named.test(entry.name) ? [path] : [];
  });
}

/** @param {string} folder */
export const markdownBelow = (folder) => filesBelow(folder, /\.md$/);
