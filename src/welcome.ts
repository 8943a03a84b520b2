// What the person who started the service reads first.
import type { Service } from './bootstrap.js';

export function banner({ url, platform }: Service): string {
  const { settings, embedded } = platform;
  const lines = [`Countersign listens on ${url}`];
  if (embedded) lines.push(`  database     embedded PostgreSQL in ${embedded.place}`);
  lines.push(`  throttling   counted in this process, not shared between instances`);
  if (settings.DOCS ?? settings.NODE_ENV !== 'production') lines.push(`  Swagger UI   ${url}/docs`);
  return lines.join('\n');
}
