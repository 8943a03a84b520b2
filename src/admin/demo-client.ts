// The demo tenant and its client. Made once on an embedded database, with generated credentials in a file of mode 0600,
// so that no secret is printed. Production has no embedded database.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_SCOPES } from '../contract/scopes.js';
import { keepOrCreate } from '../platform/files.js';
import type { PhoneSettingsService } from '../phones/settings/phone-settings.service.js';
import type { ClientService } from '../tenants/clients/client.service.js';
import type { TenantSettingsService } from '../tenants/settings/tenant-settings.service.js';

export const DEMO_CLIENT_FILE = 'demo-client.json';

export interface DemoPlace {
  readonly dataDir: string;
  readonly issuer: string;
}

export interface DemoMakers {
  readonly clients: ClientService;
  readonly settings: TenantSettingsService;
  readonly phones: PhoneSettingsService;
}

export async function ensureDemoClient(
  { clients, settings, phones }: DemoMakers,
  { dataDir, issuer }: DemoPlace,
): Promise<void> {
  const file = join(dataDir, DEMO_CLIENT_FILE);
  if (existsSync(file)) {
    updateIssuer(file, issuer);
    return;
  }
  const { tenantId } = await clients.createTenant('Countersign demo');
  // WebAuthn accepts domains, not IP addresses: passkeys of the demo need the page opened as localhost.
  const { port } = new URL(issuer);
  const origins = port === '' ? 'http://localhost' : `http://localhost:${port}`;
  await settings.change(tenantId, { 'rp-id': 'localhost', origins });
  // Codes are written to a file beside this one, not sent.
  await phones.change(tenantId, { via: 'outbox', countries: 'US' });
  const { clientId, clientSecret } = await clients.createClient(tenantId, 'demo', DEMO_SCOPES);
  keepOrCreate(file, () => written({ issuer, clientId, clientSecret }));
}

/**
 * Updates the URL in the file after the port changed. Otherwise the secret would be sent to another program on the old
 * port.
 */
function updateIssuer(file: string, issuer: string): void {
  const known = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  if (known['issuer'] === issuer) return;
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, written({ ...known, issuer }), { mode: 0o600 });
  renameSync(draft, file);
}

function written(content: Readonly<Record<string, string>>): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}
