// DATA_DIR/demo-client.json, which the service writes on its first start on the embedded database.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Hindrance } from './refusal.js';

export interface Credentials {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where they were read. */
  readonly file: string;
}

/** @throws Hindrance */
export function readCredentials(dataDir: string): Credentials {
  const file = join(dataDir, 'demo-client.json');
  const { issuer, clientId, clientSecret } = parse(read(file), file);
  if (typeof issuer !== 'string' || typeof clientId !== 'string' || typeof clientSecret !== 'string' || !isUrl(issuer))
    throw damaged(file);
  return { issuer, clientId, clientSecret, file };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES') {
      throw new Hindrance(`This user may not read ${resolve(file)}: run the tour as the user who started the service.`);
    }
    throw new Hindrance(
      `There is no ${resolve(file)}: start the service with \`npm start\` in another terminal and leave it running. ` +
        'If it keeps its data elsewhere, name that folder in DATA_DIR; with a DATABASE_URL of your own it makes no demo client.',
    );
  }
}

function parse(text: string, file: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    throw damaged(file);
  }
}

function isUrl(text: string): boolean {
  return /^https?:\/\/[^/]+$/.test(text) && URL.canParse(text);
}

function damaged(file: string): Hindrance {
  return new Hindrance(`${resolve(file)} is damaged: delete it and restart the service, which then makes another one.`);
}
