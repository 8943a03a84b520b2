// The settings of the service: one schema, from which docs/configuration.md is made. No other code reads the
// environment. Every setting has a safe default, or is required.
import { z } from 'zod';
import { OperatorError } from '../errors/operator-error.js';

const flag = z.enum(['on', 'off']).transform((value) => value === 'on');
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
const addresses = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], { error: 'must be addresses or CIDR ranges' });
const whole = (from: number, to: number) => z.coerce.number().int().min(from).max(to);
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' });
const storeUrl = z
  .string()
  .refine(isStoreUrl, 'must be redis:// or rediss://, a host, and at most a port and a database number after it')
  .meta({ format: 'uri' });

const described = <Schema extends z.ZodType>(schema: Schema, description: string) => schema.meta({ description });

/** Environment variables, in the order of the published table. */
export const settingsSchema = z.object({
  NODE_ENV: described(
    z.enum(['development', 'test', 'production']).default('development'),
    '`production` refuses to start on generated keys, the embedded database, one login for all and a plain http issuer (R-11).',
  ),
  HOST: described(
    z.string().min(1).default('127.0.0.1'),
    'Address to listen on. The demo client is shown on loopback only.',
  ),
  PORT: described(whole(0, 65535).default(3000), 'Port to listen on. 0: a free port.'),
  METRICS_PORT: described(
    whole(1, 65535).optional(),
    'Port of `/metrics` for Prometheus, on `HOST`, without a credential: never publish it. Unset: no metrics.',
  ),
  DATA_DIR: described(
    z.string().min(1).default('.countersign'),
    'Folder of the embedded database, the generated keys and the demo client. Made with mode 0700 (by root with 0711).',
  ),
  DATABASE_URL: described(
    postgresUrl.optional(),
    'PostgreSQL 15 or newer. Unset: an embedded PostgreSQL in `DATA_DIR`. Required in production.',
  ),
  MIGRATION_DATABASE_URL: described(
    postgresUrl.optional(),
    "The owner's connection, for `migrate` only. Default: `DATABASE_URL`. In production the service refuses to start while it is set.",
  ),
  HIGH_WATER_DIR: described(
    z.string().min(1).optional(),
    'Folder of the high-water mark, which detects a restored or rolled-back database. It must outlive the ' +
      'process, and must not be in a backup of the database. Default: `DATA_DIR`.',
  ),
  DATABASE_POOL_SIZE: described(whole(2, 200).default(10), 'Connections to PostgreSQL per instance.'),
  REDIS_URL: described(
    storeUrl.optional(),
    'Valkey or Redis (6.2 or newer) for throttles shared by all instances; `rediss://` for TLS. Unset: ' +
      'each instance counts for itself.',
  ),
  KEY_RING: described(
    z.string().min(1).optional(),
    'The key ring as JSON. Unset: generated into `DATA_DIR/key-ring.json`. Required in production.',
  ),
  ISSUER: described(
    z
      .url({ protocol: /^https?$/, error: 'must be an https:// URL' })
      // RFC 8414 §2: no query and no fragment. A trailing slash would be doubled in every URL made from it.
      .refine((url) => !/[?#]|\/$/.test(url), 'must end without a slash, a query or a fragment')
      .optional(),
    'Issuer and audience of tokens (RFC 8414). Default: the URL of the listening address. Required and ' +
      'https in production.',
  ),
  TRUSTED_PROXIES: described(
    list.pipe(z.array(addresses)).default([]),
    'Addresses or CIDR ranges of proxies, comma separated, whose `X-Forwarded-For` is trusted. Default: none.',
  ),
  OUTBOUND_ALLOWED_RANGES: described(
    list.pipe(z.array(addresses)).default([]),
    'Addresses or CIDR ranges, comma separated, that may be called although they are not public, and over ' +
      'http. Default: none.',
  ),
  CORS_ORIGINS: described(list.default([]), 'Origins, comma separated, from which browsers may call. Default: none.'),
  DOCS: described(flag.optional(), 'Swagger UI and `/openapi.json`: `on` or `off`. Default: on, in production off.'),
  SECURITY_CONTACT: described(
    z
      .string()
      .regex(/^(mailto:|https:\/\/)\S+$/, 'must begin with mailto: or https://')
      .optional(),
    'Contact of security.txt (RFC 9116). Unset: security.txt answers 404.',
  ),
  THROTTLE_ADDRESS: described(
    whole(1, 10_000_000).default(6000),
    'Requests a minute from one address (IPv6: one /64). All of them may come in one burst; then they ' +
      'return one by one.',
  ),
  THROTTLE_TOKEN: described(whole(1, 10_000_000).default(300), 'Token requests a minute from one address.'),
  THROTTLE_CLIENT: described(whole(1, 10_000_000).default(6000), 'Requests a minute of one client.'),
  THROTTLE_DEVICE: described(whole(1, 10_000_000).default(120), 'Requests a minute of one device.'),
  LOG_LEVEL: described(
    z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'Lowest log level that is written.',
  ),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Injection token of the settings. */
export const SETTINGS = Symbol('settings');

/** A sentence for the operator: the setting, the fault, and the remedy. */
export class SettingsError extends OperatorError {
  override readonly name: string = 'SettingsError';
}

/** The purpose of a process: to serve, to run an operator's command, or to migrate. */
export type Purpose = 'serve' | 'operate' | 'migrate';

/**
 * Reads settings from an environment. Empty strings count as unset.
 * @throws SettingsError with every invalid setting.
 */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  purpose: Purpose = 'serve',
): Settings {
  const given = Object.fromEntries(
    Object.keys(settingsSchema.shape).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) throw new SettingsError(parsed.error.issues.map(sentenceOf).join('\n'));
  const faults = parsed.data.NODE_ENV === 'production' ? productionFaults(parsed.data, purpose) : [];
  if (faults.length > 0) throw new SettingsError(faults.join('\n'));
  return parsed.data;
}

/** SECURITY(T-17): settings that production refuses. Each sentence names the setting and the remedy. */
function productionFaults(settings: Settings, purpose: Purpose): string[] {
  const faults = purpose === 'migrate' ? migrationFaults(settings) : serviceFaults(settings, purpose);
  return faults.flatMap(([isFault, sentence]) => (isFault ? [sentence] : []));
}

type Fault = readonly [isFault: boolean, sentence: string];

function migrationFaults({ MIGRATION_DATABASE_URL: url }: Settings): Fault[] {
  return [[!url, 'MIGRATION_DATABASE_URL is not set: `migrate` changes tables, so it needs the login of their owner.']];
}

function serviceFaults(settings: Settings, purpose: Purpose): Fault[] {
  return [
    [
      !settings.DATABASE_URL,
      'DATABASE_URL is not set: production does not use the embedded database. Name a PostgreSQL server.',
    ],
    [
      purpose === 'serve' && settings.MIGRATION_DATABASE_URL !== undefined,
      "MIGRATION_DATABASE_URL is set: the service must not know the owner's login. Unset it here; give it to `migrate` only.",
    ],
    [
      !settings.KEY_RING,
      'KEY_RING is not set: write one with `npm run --silent admin -- init-env` and keep it in a vault.',
    ],
    [
      !settings.ISSUER?.startsWith('https://'),
      'ISSUER must be the https:// URL under which clients reach this service.',
    ],
  ];
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  return `${issue.path.join('.')} ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}.`;
}

/** Every part of the URL must have a meaning: an unknown query, path or escape is an error, not ignored. */
function isStoreUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash, username, password } = new URL(text);
  const isPlain =
    /^rediss?:$/.test(protocol) && hostname !== '' && /^(\/\d{0,4})?$/.test(pathname) && search + hash === '';
  return isPlain && !/%(?![0-9a-f]{2})/i.test(username + password);
}

/** Unset: on, except in production (ASVS 5.0 13.4.5). */
export function areDocsOn({ DOCS, NODE_ENV }: Settings): boolean {
  return DOCS ?? NODE_ENV !== 'production';
}

/** True if only programs on this machine can connect. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
