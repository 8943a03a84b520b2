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
      'Turns codes by text message on or off for a tenant. Sets the transport, the countries, and the daily ' +
      'limits of codes and blind look-ups. Sets whether phone-lookups is available, and the provider of ' +
      'number risk. Shows the signing secret for a URL this once.',
    options: ['tenant'],
    plan: ({ tenant, ...words }) =>
      `set for the phones of ${tenant}: ${JSON.stringify(withoutToken(phoneChangeOf(wordsOf(words))))}`,
    apply: async (app, { tenant = '', ...words }) => ({
      tenantId: tenant,
      ...(await app.get(PhoneSettingsService, { strict: false }).change(tenant, wordsOf(words))),
    }),
  },
};

/** Secrets come from a file: every user of the machine can see a command line. */
function wordsOf({ 'twilio-token-file': file, ...words }: Options): Record<string, string> {
  if (file === undefined) return { ...words };
  try {
    return { ...words, 'twilio-token': readFileSync(file, 'utf8') };
  } catch {
    throw new OperatorError(`--twilio-token-file ${file} cannot be read.`);
  }
}
