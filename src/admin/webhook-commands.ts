// The operator's commands for addresses that are told of alerts: their own, which is told of every tenant's, and those of tenants.
import type { INestApplicationContext } from '@nestjs/common';
import { OPERATOR_TENANT_ID } from '../contract/reserved-tenants.js';
import { fromTypeId } from '../platform/crypto/type-id.js';
import { OperatorError } from '../platform/errors/operator-error.js';
import { Problem } from '../platform/errors/problem.js';
import { readWebAddress } from '../tenants/settings/web-address.policy.js';
import { WebhookEndpointService } from '../tenants/webhooks/webhook-endpoint.service.js';
import { WebhookReplayService } from '../tenants/webhooks/webhook-replay.service.js';
import type { EndpointKey } from '../tenants/webhooks/webhook-endpoint.repository.js';
import type { Command } from './command.js';

/** Who acts: neither a client nor an address. */
const OPERATOR = {};

const endpoints = (app: INestApplicationContext) => app.get(WebhookEndpointService, { strict: false });
const replays = (app: INestApplicationContext) => app.get(WebhookReplayService, { strict: false });

export const WEBHOOK_COMMANDS: Readonly<Record<string, Command>> = {
  'webhooks add': {
    usage: '--tenant TENANT|operator --url URL',
    explains:
      "Tells that address of the tenant's alerts, or of everybody's. Shows the secret that signs them this once.",
    options: ['tenant', 'url'],
    plan: ({ tenant, url = '' }) =>
      `tell ${addressOf(url)} of the alerts of ${tenant === 'operator' ? 'every tenant' : tenant}`,
    apply: async (app, { tenant = '', url = '' }) => ({
      ...(await told(
        `There is no tenant ${tenant}.`,
        endpoints(app).add(tenantIdOf(tenant), addressOf(url), OPERATOR),
      )),
    }),
  },
  'webhooks list': {
    usage: '--tenant TENANT|operator',
    explains: 'Shows the addresses, without their secrets; with --apply like everything else.',
    options: ['tenant'],
    plan: ({ tenant }) => `show the addresses of ${tenant}`,
    apply: async (app, { tenant = '' }) => ({ endpoints: (await endpoints(app).list(tenantIdOf(tenant))).data }),
  },
  'webhooks rotate-secret': {
    usage: '--endpoint ENDPOINT',
    explains: 'Gives an address a new secret, and shows it this once. For a day the one before signs along.',
    options: ['endpoint'],
    plan: ({ endpoint }) => `give ${endpoint} a new secret`,
    apply: async (app, { endpoint = '' }) => ({
      ...(await endpoints(app).rotate(await known(app, endpoint), OPERATOR)),
    }),
  },
  'webhooks remove': {
    usage: '--endpoint ENDPOINT',
    explains: 'Tells that address no more, and forgets what it was still to be told.',
    options: ['endpoint'],
    plan: ({ endpoint }) => `remove ${endpoint}`,
    apply: async (app, { endpoint = '' }) => {
      await endpoints(app).remove(await known(app, endpoint), OPERATOR);
      return { id: endpoint, status: 'removed' };
    },
  },
  'webhooks replay': {
    usage: '--endpoint ENDPOINT',
    explains:
      'Tells an address again what it did not take in three days, or missed since it answered 410. Nothing older than 30 days.',
    options: ['endpoint'],
    plan: ({ endpoint }) => `tell ${endpoint} what it missed`,
    apply: async (app, { endpoint = '' }) => {
      const count = await replays(app).replay(await known(app, endpoint), OPERATOR);
      return { id: endpoint, status: 'active', replayed: count };
    },
  },
};

function tenantIdOf(tenant: string): string {
  const id = tenant === 'operator' ? OPERATOR_TENANT_ID : fromTypeId('ten', tenant);
  if (id === null) throw new OperatorError(`There is no tenant ${tenant}.`);
  return id;
}

function addressOf(url: string): string {
  const address = readWebAddress(url);
  if (address === null)
    throw new OperatorError('--url takes an https:// address without credentials (http:// for this machine only).');
  return address;
}

async function known(app: INestApplicationContext, endpoint: string): Promise<EndpointKey> {
  const id = fromTypeId('whe', endpoint);
  const key = id === null ? null : await replays(app).find(id);
  if (key === null) throw new OperatorError(`There is no endpoint ${endpoint}.`);
  return key;
}

/** What a caller is answered, as a sentence. */
async function told<Result>(unknown: string, work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    if (!(error instanceof Problem)) throw error;
    throw new OperatorError(error.code === 'not_found' ? unknown : 'It has five endpoints, and can have no more.');
  });
}
