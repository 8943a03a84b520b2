// The operator's commands for alert endpoints: their own, which get the alerts of every tenant, and those of tenants.
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

/** The actor: neither a client nor an address. */
const OPERATOR = {};

const endpoints = (app: INestApplicationContext) => app.get(WebhookEndpointService, { strict: false });
const replays = (app: INestApplicationContext) => app.get(WebhookReplayService, { strict: false });

export const WEBHOOK_COMMANDS: Readonly<Record<string, Command>> = {
  'webhooks add': {
    usage: '--tenant TENANT|operator --url URL',
    explains:
      "Adds an endpoint that gets the tenant's alerts, or with `operator` all alerts. Shows the signing " +
      'secret this once.',
    options: ['tenant', 'url'],
    plan: ({ tenant, url = '' }) =>
      `send the alerts of ${tenant === 'operator' ? 'every tenant' : tenant} to ${addressOf(url)}`,
    apply: async (app, { tenant = '', url = '' }) => ({
      ...(await orSentence(
        `There is no tenant ${tenant}.`,
        endpoints(app).add(tenantIdOf(tenant), addressOf(url), OPERATOR),
      )),
    }),
  },
  'webhooks list': {
    usage: '--tenant TENANT|operator',
    explains: 'Lists the endpoints, without their secrets. Needs --apply like every command.',
    options: ['tenant'],
    plan: ({ tenant }) => `list the endpoints of ${tenant}`,
    apply: async (app, { tenant = '' }) => ({ endpoints: (await endpoints(app).list(tenantIdOf(tenant))).data }),
  },
  'webhooks rotate-secret': {
    usage: '--endpoint ENDPOINT',
    explains: 'Gives an endpoint a new secret and shows it this once. The old secret signs too for one day.',
    options: ['endpoint'],
    plan: ({ endpoint }) => `give ${endpoint} a new secret`,
    apply: async (app, { endpoint = '' }) => ({
      ...(await endpoints(app).rotate(await known(app, endpoint), OPERATOR)),
    }),
  },
  'webhooks remove': {
    usage: '--endpoint ENDPOINT',
    explains: 'Removes an endpoint, with the alerts that it has not received.',
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
      'Sends an endpoint again the alerts that it did not accept within three days, or missed after it ' +
      'answered 410. At most 30 days old.',
    options: ['endpoint'],
    plan: ({ endpoint }) => `send ${endpoint} the alerts that it missed`,
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
    throw new OperatorError('--url takes an https:// URL without credentials (http:// for this machine only).');
  return address;
}

async function known(app: INestApplicationContext, endpoint: string): Promise<EndpointKey> {
  const id = fromTypeId('whe', endpoint);
  const key = id === null ? null : await replays(app).find(id);
  if (key === null) throw new OperatorError(`There is no endpoint ${endpoint}.`);
  return key;
}

/** The refusal of the service, as a sentence. */
async function orSentence<Result>(unknown: string, work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    if (!(error instanceof Problem)) throw error;
    throw new OperatorError(error.code === 'not_found' ? unknown : 'It has five endpoints, which is the maximum.');
  });
}
