// Reads a command line: noun, verb, options.
import { parseArgs } from 'node:util';
import { OperatorError } from '../platform/errors/operator-error.js';
import type { Command, Options } from './command.js';
import { COMMANDS } from './commands.js';

export interface Invocation {
  readonly name: string;
  readonly command: Command;
  readonly options: Options;
  readonly isApplied: boolean;
  readonly isJson: boolean;
}

const OPTION_NAMES = [
  'name',
  'tenant',
  'scopes',
  'client',
  'reason',
  'slot',
  'out',
  'jwk',
  'kid',
  'recovery-delay-hours',
  'rp-id',
  'origins',
  'bound-tokens',
  'device-cool-off-hours',
  'push-url',
  'platform',
  'min',
  'via',
  'countries',
  'daily-cap',
  'blind-cap',
  'lookups',
  'url',
  'twilio-account',
  'twilio-from',
  'twilio-token-file',
  'risk-url',
  'risk-unknown',
  'risk-recent',
  'risk-recent-days',
  'number',
  'endpoint',
  'id',
];

/** @throws OperatorError that names what is missing or unknown. */
export function readArguments(words: readonly string[]): Invocation {
  const { values, positionals } = parsed(words);
  const name = positionals.join(' ');
  const command = COMMANDS[name];
  if (!command) throw new OperatorError(`There is no command "${name}".\n\n${usage()}`);
  const {
    apply: isApplied = false,
    json: isJson = false,
    ...options
  } = values as { apply?: boolean; json?: boolean } & Options;
  const missing = command.options.filter((option) => !(option in options));
  if (missing.length > 0)
    throw new OperatorError(`Missing: --${missing.join(', --')}.\nUsage: ${name} ${command.usage} [--apply] [--json]`);
  return { name, command, options, isApplied, isJson };
}

export function usage(): string {
  const lines = Object.entries(COMMANDS).map(
    ([name, { usage: options, explains }]) => `  ${name} ${options}\n      ${explains}`,
  );
  const extra = '  init-env\n      Writes .env for docker-compose.yml with fresh secrets. Refuses if one exists.';
  return `Commands (nothing changes without --apply; --json for programs):\n${[...lines, extra].join('\n')}`;
}

function parsed(words: readonly string[]) {
  const texts = Object.fromEntries(OPTION_NAMES.map((name) => [name, { type: 'string' as const }]));
  const options = { ...texts, apply: { type: 'boolean' as const }, json: { type: 'boolean' as const } };
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new OperatorError(`${(error as Error).message}\n\n${usage()}`);
  }
}
