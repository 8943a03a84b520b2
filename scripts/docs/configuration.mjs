// The page of settings.
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
    'Settings are environment variables, read once at start. An empty variable counts as unset, an unknown one is not',
    'looked at. A value that does not fit stops the start with one sentence for each setting that is wrong. Those that',
    'can weaken the service stand in [danger-zone.md](security/danger-zone.md).',
    '',
    ...table(['Setting', 'Default', 'Values', 'Meaning'], rows),
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
