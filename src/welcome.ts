// The first lines that the person who started the service sees.
import { join } from 'node:path';
import { DEMO_CLIENT_FILE } from './admin/demo-client.js';
import type { Service } from './bootstrap.js';
import { areDocsOn, isLoopback } from './platform/config/settings.js';

export function banner({ url, platform, throttles }: Service): string {
  const { settings, embedded } = platform;
  const hasDocs = areDocsOn(settings);
  const rows: [boolean, string, string][] = [
    [hasDocs, 'Swagger UI', `${url}/docs`],
    [embedded !== null, 'credentials', `${join(settings.DATA_DIR, DEMO_CLIENT_FILE)} (a generated demo client)`],
    [embedded !== null, 'database', `a PostgreSQL of its own, in ${embedded?.place ?? ''}`],
    [true, 'throttling', throttles.words()],
    [true, 'log', 'JSON on standard output, one line per request (LOG_LEVEL=warn for less)'],
    [embedded !== null && hasDocs, 'next', nextStep(settings.HOST)],
    [embedded !== null, 'then', '`npm run tour` in a second terminal: every promise is shown and checked'],
    [embedded !== null, 'stop', `Ctrl-C; all data stays in ${settings.DATA_DIR}`],
  ];
  const shown = rows.flatMap(([isShown, name, value]) => (isShown ? [`  ${name.padEnd(12)} ${value}`] : []));
  return [`Countersign listens on ${url}`, ...shown].join('\n');
}

function nextStep(host: string): string {
  return `open Swagger UI and press Authorize${isLoopback(host) ? ' (the demo client is filled in)' : ''}`;
}
