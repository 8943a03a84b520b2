// What the person who started the service reads first.
import { join } from 'node:path';
import { DEMO_CLIENT_FILE } from './admin/demo-client.js';
import type { Service } from './bootstrap.js';

export function banner({ url, platform }: Service): string {
  const { settings, embedded } = platform;
  const hasDocs = settings.DOCS ?? settings.NODE_ENV !== 'production';
  const rows: [boolean, string, string][] = [
    [hasDocs, 'Swagger UI', `${url}/docs`],
    [
      embedded !== null,
      'credentials',
      `${join(settings.DATA_DIR, DEMO_CLIENT_FILE)} (demo client, filled in for you in Swagger UI)`,
    ],
    [embedded !== null, 'database', `PostgreSQL of this service, in ${embedded?.place ?? ''}`],
    [true, 'throttling', 'counted in this process, not shared between instances'],
    [embedded !== null, 'next', 'open Swagger UI and press Authorize, or `npm run tour` in a second terminal'],
  ];
  const shown = rows.flatMap(([isShown, name, value]) => (isShown ? [`  ${name.padEnd(12)} ${value}`] : []));
  return [`Countersign listens on ${url}`, ...shown].join('\n');
}
