// The operator's commands for phones.
import { readFileSync } from 'node:fs';
import { OperatorError } from '../platform/errors/operator-error.js';
import { PhoneSettingsService, phoneChangeOf, withoutToken } from '../phones/settings/phone-settings.service.js';
import type { Command, Options } from './command.js';

export const PHONE_COMMANDS: Readonly<Record<string, Command>> = {
  'phones set': {
    usage:
      '--tenant TENANT [--via none|outbox|webhook|twilio] [--countries "DE FR …"] [--daily-cap N] [--blind-cap N] [--lookups on|off] [--url URL] ' +
      '[--twilio-account SID --twilio-from NUMBER|SID --twilio-token-file FILE] [--risk-url URL|none] ' +
      '[--risk-unknown send|refuse|another-factor] [--risk-recent send|refuse|another-factor] [--risk-recent-days N]',
    explains:
      'Turns codes by text message on or off for a tenant: how they are sent, to which countries, how many codes and blind look-ups a day at most; whether phone-lookups ' +
      'answers; who is asked about a number before a code goes to it. Shows the secret that signs what goes to a URL this once.',
    options: ['tenant'],
    plan: ({ tenant, ...words }) =>
      `set for the phones of ${tenant}: ${JSON.stringify(withoutToken(phoneChangeOf(wordsOf(words))))}`,
    apply: async (app, { tenant = '', ...words }) => ({
      tenantId: tenant,
      ...(await app.get(PhoneSettingsService, { strict: false }).change(tenant, wordsOf(words))),
    }),
  },
};

/** A secret comes from a file: what stands in a command line is seen by everybody on the machine. */
function wordsOf({ 'twilio-token-file': file, ...words }: Options): Record<string, string> {
  if (file === undefined) return { ...words };
  try {
    return { ...words, 'twilio-token': readFileSync(file, 'utf8') };
  } catch {
    throw new OperatorError(`--twilio-token-file ${file} cannot be read.`);
  }
}
