// Compiles src/ into dist/, file by file and without checking types, so that a start does not wait for that (`npm run
// types` does). Decorator metadata, which Nest needs to inject, is the same as in unit specs (jest.config.mjs). Other
// files are copied. Nothing is removed from dist/ before everything has compiled.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

/** @typedef {{ from: string, to: string }} Folders */

/**
 * @param {string[]} files of the folder `from`
 * @param {Folders} folders
 */
export async function compile(files, { from, to }) {
  const { transformFile } = await import('@swc/core');
  const target = (/** @type {string} */ file) => join(to, relative(from, file).replace(/\.ts$/, '.js'));
  const modules = files.filter((file) => file.endsWith('.ts'));
  const outputs = await Promise.all(
    modules.map(async (file) => {
      const sourceFileName = relative(dirname(target(file)), file).replaceAll('\\', '/');
      return { path: target(file), ...(await transformFile(file, { ...options, sourceFileName })) };
    }),
  );
  rmSync(to, { recursive: true, force: true });
  for (const file of files) mkdirSync(dirname(target(file)), { recursive: true });
  for (const { path, code, map = '' } of outputs) {
    writeFileSync(path, `${code}//# sourceMappingURL=${basename(path)}.map\n`);
    writeFileSync(`${path}.map`, map);
  }
  for (const file of files) if (!modules.includes(file)) copyFileSync(file, target(file));
}

/** @type {import('@swc/core').Options} */
const options = {
  swcrc: false,
  configFile: false,
  sourceMaps: true,
  module: { type: 'es6' },
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2023',
    keepClassNames: true,
  },
};
