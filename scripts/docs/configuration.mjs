// The page of settings. docs/data/settings.json says of each what it can weaken, or that it is harmless.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../build.mjs';
import { built } from './built.mjs';
import { code, page, table } from './markup.mjs';

export async function configuration() {
  const { settingsSchema, readSettings } = await built('platform/config/settings.js');
  const { z } = await import('zod');
  const rows = Object.entries(settingsSchema.shape).map(([name, schema]) => {
    const facts = z.toJSONSchema(/** @type {import('zod').ZodType} */ (schema), { io: 'input' });
    return [
      code(name),
      facts.default === undefined ? '–' : code(facts.default),
      valuesOf(facts),
      facts.description ?? '',
    ];
  });
  return page('Configuration', '`src/platform/config/settings.ts`', [
    'Settings are environment variables, read once at start. An empty variable counts as unset, an unknown one is ignored.',
    'A value that does not fit stops the start with one sentence for each wrong setting.',
    '',
    ...table(['Setting', 'Default', 'Values', 'Meaning'], rows),
    '',
    '## Settings that can weaken the service',
    '',
    'All other settings are safe at every accepted value. Risks besides settings: [danger-zone.md](security/danger-zone.md).',
    '',
    ...table(['Setting', 'Safe', 'Risk', 'Sign'], riskRows(Object.keys(settingsSchema.shape))),
    '',
    '## What production refuses',
    '',
    'With `NODE_ENV=production` and nothing else set, the service prints this and ends with status 1:',
    '',
    '```text',
    ...faultsOf(() => readSettings({ NODE_ENV: 'production' })),
    '```',
    '',
    'And with an owner’s login, or an issuer without TLS:',
    '',
    '```text',
    ...faultsOf(() => readSettings(OWNERS_LOGIN_NO_TLS)),
    '```',
  ]);
}

const OWNERS_LOGIN_NO_TLS = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://owner@db.example/countersign',
  MIGRATION_DATABASE_URL: 'postgresql://owner@db.example/countersign',
  KEY_RING: '{}',
  ISSUER: 'http://countersign.example',
};

/** @param {() => unknown} read */
function faultsOf(read) {
  try {
    read();
  } catch (error) {
    return error instanceof Error ? error.message.split('\n') : [];
  }
  throw new Error('production accepted settings that it should refuse');
}

/** @param {{ enum?: unknown, minimum?: number, maximum?: number, format?: string }} facts */
function valuesOf({ enum: choices, minimum, maximum, format }) {
  if (Array.isArray(choices)) return choices.map(code).join(', ');
  if (minimum !== undefined) return `${minimum} to ${maximum ?? ''}`;
  return format === 'uri' ? 'URL' : 'text';
}

/** @typedef {{ settings: string[], where?: string, safe: string, risk: string, sign: string }} Risk */

/** A setting without a word about its risk is an error, so that a new one is thought about. @param {string[]} names */
export function riskRows(names) {
  /** @type {{ risks: Risk[], harmless: string[] }} */
  const { risks, harmless } = JSON.parse(readFileSync(join(root, 'docs', 'data', 'settings.json'), 'utf8'));
  const told = new Set([...risks.flatMap(({ settings }) => settings), ...harmless]);
  const wrong = [...names.filter((name) => !told.has(name)), ...[...told].filter((name) => !names.includes(name))];
  if (wrong.length > 0) throw new Error(`docs/data/settings.json and the settings differ in ${wrong.join(', ')}`);
  return risks.map(({ settings, where, safe, risk, sign }) => [
    where ?? settings.map(code).join(', '),
    safe,
    risk,
    sign,
  ]);
}
