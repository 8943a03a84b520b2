// Lists the project's own Markdown files, for the checks of links and of prose.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const skipped = new Set(['node_modules', 'dist', 'generated', 'coverage', '.git', '.countersign']);

/**
 * The project's own Markdown files.
 * @param {string} folder
 * @returns {string[]}
 */
export function markdownBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return markdownBelow(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}
