// The operator's commands for canaries.
import { CanaryNumbers } from '../phones/canary-numbers.js';
import { ClientService } from '../tenants/clients/client.service.js';
import type { Command } from './command.js';

export const CANARY_COMMANDS: Readonly<Record<string, Command>> = {
  'canaries plant-credential': {
    usage: '--tenant TENANT [--name NAME]',
    explains:
      'Makes a credential that cannot be used. Leave it where a thief would look: its use raises an alert. ' +
      'Shows it this once.',
    options: ['tenant'],
    plan: ({ tenant }) => `make a credential of ${tenant} that raises an alert when it is used`,
    apply: async (app, { tenant = '', name = 'client' }) => ({
      ...(await app.get(ClientService, { strict: false }).plantCanary(tenant, name)),
    }),
  },
  'canaries add-number': {
    usage: '--tenant TENANT --number NUMBER',
    explains:
      'Raises an alert when a client of the tenant queries this number. Choose a number that you hold and ' +
      'that nowhere else is known.',
    options: ['tenant', 'number'],
    plan: ({ tenant }) => `raise an alert when a client of ${tenant} queries that number`,
    apply: async (app, { tenant = '', number = '' }) => {
      await app.get(CanaryNumbers, { strict: false }).add(tenant, number);
      return { tenantId: tenant, status: 'added' };
    },
  },
  'canaries remove-number': {
    usage: '--tenant TENANT --number NUMBER',
    explains: 'Removes a canary number.',
    options: ['tenant', 'number'],
    plan: ({ tenant }) => `raise no more alerts of ${tenant} for that number`,
    apply: async (app, { tenant = '', number = '' }) => {
      await app.get(CanaryNumbers, { strict: false }).remove(tenant, number);
      return { tenantId: tenant, status: 'removed' };
    },
  },
};
