// The demo tenant and its client: on an embedded database, once, with generated credentials in a file of mode 0600, so
// that an explorer has something to authorize with and nothing secret is printed. Production has no embedded database.
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
  // WebAuthn knows domains and no IP addresses: a passkey of the demo is for the page opened as localhost.
  const { port } = new URL(issuer);
  const origins = port === '' ? 'http://localhost' : `http://localhost:${port}`;
  await settings.change(tenantId, { 'rp-id': 'localhost', origins });
  // Codes go to a file beside this one, and to no phone.
  await phones.change(tenantId, { via: 'outbox', countries: 'US' });
  const { clientId, clientSecret } = await clients.createClient(tenantId, 'demo', DEMO_SCOPES);
  keepOrCreate(file, () => written({ issuer, clientId, clientSecret }));
}

/** A service that was moved to another port must be found there, or the secret is sent to whatever listens on the old one. */
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
