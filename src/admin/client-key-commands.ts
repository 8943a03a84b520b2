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
      'Makes an ES256 key pair. Writes the private key to FILE (mode 0600, never over an existing file) and ' +
      'prints the public one.',
    options: ['client', 'out'],
    plan: ({ client, out }) => `make a key pair for ${client} and write its private key to ${out}`,
    apply: async (app, { client = '', out = '' }) => {
      const { key, privateJwk } = newHolderKey();
      return makeKeyFile(out, privateJwk, async () => ({ ...(await keys(app).add(client, key.jwk)), file: out }));
    },
  },
  'clients add-key': {
    usage: '--client CLIENT --jwk FILE',
    explains:
      'Registers a public key for a client: P-256 or Ed25519, as a JWK in FILE. A client can have two live ' + 'keys.',
    options: ['client', 'jwk'],
    plan: ({ client, jwk }) => `register the public key in ${jwk} for ${client}`,
    apply: async (app, { client = '', jwk = '' }) => ({ ...(await keys(app).add(client, readKeyFile(jwk))) }),
  },
  'clients revoke-key': {
    usage: '--client CLIENT --kid KID',
    explains:
      'Revokes a public key of a client. Its tokens stay valid for up to five minutes. To void them now, ' +
      'suspend the client.',
    options: ['client', 'kid'],
    plan: ({ client, kid }) => `revoke the key ${kid} of ${client}`,
    apply: async (app, { client = '', kid = '' }) => {
      await keys(app).revoke(client, kid);
      return { clientId: client, kid, status: 'revoked' };
    },
  },
};
