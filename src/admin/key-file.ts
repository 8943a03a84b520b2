// Files that hold one key as a JWK.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { OperatorError } from '../platform/errors/operator-error.js';

/**
 * Writes a private key for its owner only, then runs the given step. Removes the file again if that step fails.
 * @throws OperatorError if the file cannot be made. An existing file is never overwritten.
 */
export async function makeKeyFile<Result>(
  path: string,
  privateJwk: object,
  register: () => Promise<Result>,
): Promise<Result> {
  try {
    writeFileSync(path, `${JSON.stringify(privateJwk, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new OperatorError(
      code === 'EEXIST' ? `${path} exists already and is left as it is.` : `${path} cannot be written (${code}).`,
    );
  }
  return register().catch((error: unknown) => {
    rmSync(path);
    throw error;
  });
}

/** @throws OperatorError, which quotes nothing of the file. */
export function readKeyFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new OperatorError(code === undefined ? `${path} is not valid JSON.` : `${path} cannot be read (${code}).`);
  }
}
