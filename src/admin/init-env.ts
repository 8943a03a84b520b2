// Writes the .env for docker-compose.yml with fresh secrets.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { secureRandom } from '../platform/crypto/random.js';
import { OperatorError } from '../platform/errors/operator-error.js';

/** @throws OperatorError if there is a .env already: it may be the only copy of its secrets. */
export function initEnv(folder: string): string {
  const file = join(folder, '.env');
  const keyRing = JSON.stringify(JSON.parse(KeyRing.generate()));
  const text = [
    '# Secrets of this installation. Keep a safe copy: without KEY_RING no factor can be opened again.',
    `POSTGRES_OWNER_PASSWORD=${password()}`,
    `POSTGRES_APP_PASSWORD=${password()}`,
    `VALKEY_PASSWORD=${password()}`,
    `KEY_RING='${keyRing}'`,
    '# The https:// address of the service, as clients reach it through your reverse proxy.',
    'ISSUER=https://countersign.example',
    '# Addresses of that proxy as the container sees them.',
    'TRUSTED_PROXIES=',
    '',
  ].join('\n');
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new OperatorError(`${file} exists already and is left as it is.`);
  }
  return file;
}

/** 256 bits; characters that need no escaping in a URL. */
function password(): string {
  return secureRandom(32).toString('base64url');
}
