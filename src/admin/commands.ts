// The operator's commands, each a noun and a verb. Without --apply a command says what it would do and changes nothing.
import type { INestApplicationContext } from '@nestjs/common';
import { UserListStops } from '../abuse/harvest/user-list-stops.js';
import { QuarantineService } from '../abuse/quarantine/quarantine.service.js';
import { ALL_SCOPES } from '../contract/scopes.js';
import { ClientService } from '../tenants/clients/client.service.js';
import { tenantChangeOf, TenantSettingsService } from '../tenants/settings/tenant-settings.service.js';
import { CANARY_COMMANDS } from './canary-commands.js';
import { CLIENT_KEY_COMMANDS } from './client-key-commands.js';
import type { Command } from './command.js';
import { DEVICE_COMMANDS } from './device-commands.js';
import { INSTALLATION_COMMANDS } from './installation-commands.js';
import { KEY_COMMANDS } from './key-commands.js';
import { PHONE_COMMANDS } from './phone-commands.js';
import { WEBHOOK_COMMANDS } from './webhook-commands.js';

const clients = (app: INestApplicationContext) => app.get(ClientService, { strict: false });

export const COMMANDS: Readonly<Record<string, Command>> = {
  ...INSTALLATION_COMMANDS,
  'tenants create': {
    usage: '--name NAME',
    explains: 'Makes a tenant.',
    options: ['name'],
    plan: ({ name }) => `make a tenant named "${name}"`,
    apply: async (app, { name = '' }) => ({ ...(await clients(app).createTenant(name)) }),
  },
  'tenants set': {
    usage:
      '--tenant TENANT [--recovery-delay-hours 0…72] [--rp-id DOMAIN --origins "ORIGIN …"] [--bound-tokens on|off] [--device-cool-off-hours 0…72] [--push-url URL|none]',
    explains:
      'Changes settings of a tenant: the delay of a recovery, the relying party of passkeys, and whether ' +
      'tokens must be bound. Also the cool-off of new devices and the URL for push messages; its signing ' +
      'secret is shown this once.',
    options: ['tenant'],
    plan: ({ tenant, ...words }) => `set for ${tenant}: ${JSON.stringify(tenantChangeOf(words))}`,
    apply: async (app, { tenant = '', ...words }) => ({
      tenantId: tenant,
      ...(await app.get(TenantSettingsService, { strict: false }).change(tenant, words)),
    }),
  },
  'clients create': {
    usage: '--tenant TENANT --scopes "SCOPE …" [--name NAME]',
    explains: `Makes a client and shows its secret this once. Scopes: ${ALL_SCOPES.join(' ')}.`,
    options: ['tenant', 'scopes'],
    plan: ({ tenant, scopes }) => `make a client of ${tenant} with the scopes ${scopes}`,
    apply: async (app, { tenant = '', scopes = '', name = 'client' }) => ({
      ...(await clients(app).createClient(tenant, name, words(scopes))),
    }),
  },
  'clients suspend': {
    usage: '--client CLIENT',
    explains: 'Voids the tokens of a client within five seconds, on every instance.',
    options: ['client'],
    plan: ({ client }) => `suspend ${client}`,
    apply: async (app, { client = '' }) => {
      await clients(app).suspend(client);
      return { clientId: client, status: 'suspended' };
    },
  },
  'clients resume': {
    usage: '--client CLIENT',
    explains: 'Resumes a suspended client: it can get new tokens. Its old tokens stay void.',
    options: ['client'],
    plan: ({ client }) => `resume ${client}`,
    apply: async (app, { client = '' }) => {
      await clients(app).resume(client);
      return { clientId: client, status: 'active' };
    },
  },
  'clients allow-look-ups': {
    usage: '--client CLIENT --reason REASON',
    explains:
      'Unblocks the look-ups of a client that was blocked for enumerating numbers. Its earlier look-ups no ' +
      'longer count.',
    options: ['client', 'reason'],
    plan: ({ client, reason }) => `unblock the look-ups of ${client}, because: ${reason}`,
    apply: async (app, { client = '', reason = '' }) => {
      const { tenantId, id: clientId } = await clients(app).known(client);
      await app.get(QuarantineService, { strict: false }).allow({ tenantId, clientId }, reason);
      return { clientId: client, status: 'allowed' };
    },
  },
  'clients accept-queries': {
    usage: '--client CLIENT --reason REASON',
    explains:
      'Accepts the queries of a client about users. Days with an alert become ordinary days for later ' +
      'comparisons. Lists of users are unblocked.',
    options: ['client', 'reason'],
    plan: ({ client, reason }) => `accept the queries of ${client} about users, because: ${reason}`,
    apply: async (app, { client = '', reason = '' }) => {
      const { tenantId, id: clientId } = await clients(app).known(client);
      await app.get(UserListStops, { strict: false }).accept({ tenantId, clientId }, reason);
      return { clientId: client, status: 'accepted' };
    },
  },
  'clients add-secret': {
    usage: '--client CLIENT',
    explains: 'Gives a client a second secret, so that it can change secrets without a pause. Shows it this once.',
    options: ['client'],
    plan: ({ client }) => `give ${client} a second secret`,
    apply: async (app, { client = '' }) => ({ ...(await clients(app).addSecret(client)) }),
  },
  'clients revoke-secret': {
    usage: '--client CLIENT --slot 1|2',
    explains:
      'Revokes one of the two secrets of a client. `clients add-secret` showed the slot of the new one: the old ' +
      'one is in the other slot.',
    options: ['client', 'slot'],
    plan: ({ client, slot }) => `revoke the secret in slot ${slot} of ${client}`,
    apply: async (app, { client = '', slot = '' }) => {
      await clients(app).revokeSecret(client, Number(slot));
      return { clientId: client, slot: Number(slot), status: 'revoked' };
    },
  },
  ...CLIENT_KEY_COMMANDS,
  ...DEVICE_COMMANDS,
  ...PHONE_COMMANDS,
  ...CANARY_COMMANDS,
  ...WEBHOOK_COMMANDS,
  ...KEY_COMMANDS,
};

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
