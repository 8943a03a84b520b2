// The operator's commands for the public keys of a client (private_key_jwt).
import type { INestApplicationContext } from '@nestjs/common';
import { newHolderKey } from '../platform/crypto/public-jwk.js';
import { ClientKeyService } from '../tenants/clients/client-key.service.js';
import type { Command } from './command.js';
import { makeKeyFile, readKeyFile } from './key-file.js';

const keys = (app: INestApplicationContext) => app.get(ClientKeyService, { strict: false });

export const CLIENT_KEY_COMMANDS: Readonly<Record<string, Command>> = {
  'clients make-key': {
    usage: '--client CLIENT --out FILE',
    explains:
      'Makes an ES256 key pair: the private half into FILE (mode 0600, never over an existing file), the public one here.',
    options: ['client', 'out'],
    plan: ({ client, out }) => `make a key pair for ${client} and write its private half into ${out}`,
    apply: async (app, { client = '', out = '' }) => {
      const { key, privateJwk } = newHolderKey();
      return makeKeyFile(out, privateJwk, async () => ({ ...(await keys(app).add(client, key.jwk)), file: out }));
    },
  },
  'clients add-key': {
    usage: '--client CLIENT --jwk FILE',
    explains: 'Registers a public key, P-256 or Ed25519, as a JWK in FILE. Two may be live at once.',
    options: ['client', 'jwk'],
    plan: ({ client, jwk }) => `register the public key in ${jwk} for ${client}`,
    apply: async (app, { client = '', jwk = '' }) => ({ ...(await keys(app).add(client, readKeyFile(jwk))) }),
  },
  'clients revoke-key': {
    usage: '--client CLIENT --kid KID',
    explains:
      'Revokes a public key of a client. Tokens that it got live on for five minutes at most: suspend it to end them.',
    options: ['client', 'kid'],
    plan: ({ client, kid }) => `revoke the key ${kid} of ${client}`,
    apply: async (app, { client = '', kid = '' }) => {
      await keys(app).revoke(client, kid);
      return { clientId: client, kid, status: 'revoked' };
    },
  },
};
