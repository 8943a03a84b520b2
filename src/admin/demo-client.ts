// The demo tenant and its client: on an embedded database, once, with generated credentials in a file of mode 0600, so
// that an explorer has something to authorize with and nothing secret is printed. Production has no embedded database.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_SCOPES } from '../contract/scopes.js';
import { keepOrCreate } from '../platform/files.js';
import type { ClientService } from '../tenants/clients/client.service.js';

export const DEMO_CLIENT_FILE = 'demo-client.json';

export interface DemoPlace {
  readonly dataDir: string;
  readonly issuer: string;
}

export async function ensureDemoClient(clients: ClientService, { dataDir, issuer }: DemoPlace): Promise<void> {
  const file = join(dataDir, DEMO_CLIENT_FILE);
  if (existsSync(file)) return;
  const { tenantId } = await clients.createTenant('Countersign demo');
  const { clientId, clientSecret } = await clients.createClient(tenantId, 'demo', ALL_SCOPES);
  keepOrCreate(file, () => `${JSON.stringify({ issuer, clientId, clientSecret }, null, 2)}\n`);
}
