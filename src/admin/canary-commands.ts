// The operator's commands for what nobody honest touches.
import { CanaryNumbers } from '../phones/canary-numbers.js';
import { ClientService } from '../tenants/clients/client.service.js';
import type { Command } from './command.js';

export const CANARY_COMMANDS: Readonly<Record<string, Command>> = {
  'canaries plant-credential': {
    usage: '--tenant TENANT [--name NAME]',
    explains:
      'Makes a credential that is never good for anything, to be left where a thief looks: whoever shows it raises an alert. Shows it this once.',
    options: ['tenant'],
    plan: ({ tenant }) => `make a credential of ${tenant} that raises an alert when it is shown`,
    apply: async (app, { tenant = '', name = 'client' }) => ({
      ...(await app.get(ClientService, { strict: false }).plantCanary(tenant, name)),
    }),
  },
  'canaries add-number': {
    usage: '--tenant TENANT --number NUMBER',
    explains:
      'Raises an alert whenever a client of the tenant asks about that number. Take one that you hold and that nobody is to know.',
    options: ['tenant', 'number'],
    plan: ({ tenant }) => `raise an alert when a client of ${tenant} asks about that number`,
    apply: async (app, { tenant = '', number = '' }) => {
      await app.get(CanaryNumbers, { strict: false }).add(tenant, number);
      return { tenantId: tenant, status: 'added' };
    },
  },
  'canaries remove-number': {
    usage: '--tenant TENANT --number NUMBER',
    explains: 'Makes of that number one like any other.',
    options: ['tenant', 'number'],
    plan: ({ tenant }) => `raise no more alerts of ${tenant} for that number`,
    apply: async (app, { tenant = '', number = '' }) => {
      await app.get(CanaryNumbers, { strict: false }).remove(tenant, number);
      return { tenantId: tenant, status: 'removed' };
    },
  },
};
