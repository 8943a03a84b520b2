// How the service reaches its database: a Unix socket in a private folder. On systems without Unix sockets (Windows),
// loopback TCP with a password for this run. The server listens nowhere else.
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { platform, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { mintToken } from '../../crypto/token.js';
import { EmbeddedDatabaseError } from './errors.js';
import { ownFolder, runOf, type Place } from './place.js';

export const OWNER = 'countersign_owner';
export const DATABASE = 'countersign';
export const SUPERUSER = 'postgres';

export type TransportKind = 'socket' | 'loopback';
export type Transport =
  | { readonly kind: 'socket'; readonly folder: string; readonly port: number }
  | { readonly kind: 'loopback'; readonly port: number; readonly password: string };

/** Only a part of a socket's name, so every database can use the same. */
const SOCKET_PORT = 5432;
/** unix(7): sun_path is 108 bytes with the closing NUL on Linux, 104 on macOS and BSD. */
const LONGEST_PATH = platform() === 'linux' ? 107 : 103;
const SHORT_FOLDER = 'countersign-pg-';
const PROBE_MS = 2_000;

export function defaultTransport(): TransportKind {
  return platform() === 'win32' ? 'loopback' : 'socket';
}

/** Prepares an empty socket folder or a free port. Call it only if no server of this place runs. */
export async function openTransport(place: Place, kind: TransportKind): Promise<Transport> {
  const transport: Transport =
    kind === 'socket'
      ? { kind, folder: socketFolder(place), port: SOCKET_PORT }
      : { kind, port: await freePort(), password: mintToken('pg') };
  writeAccessRules(place, transport);
  return transport;
}

/** The settings of the transport. */
export function listenSettings(transport: Transport): Record<string, string> {
  const port = String(transport.port);
  if (transport.kind === 'loopback') return { listen_addresses: '127.0.0.1', port, unix_socket_directories: '' };
  // A list of quoted names: the quotes protect commas and blanks in a path.
  const quoted = `"${transport.folder.replaceAll('"', '""')}"`;
  return { listen_addresses: '', port, unix_socket_directories: quoted, unix_socket_permissions: '0700' };
}

/** For pg, libpq (psql) and Prisma. `sslmode` prevents a PGSSLMODE of the environment from requiring TLS. */
export function ownerUrl(transport: Transport): string {
  if (transport.kind === 'loopback') {
    return `postgresql://${OWNER}:${transport.password}@127.0.0.1:${transport.port}/${DATABASE}?sslmode=disable`;
  }
  return `postgresql://${OWNER}@localhost:${transport.port}/${DATABASE}?host=${encodeURIComponent(transport.folder)}&sslmode=disable`;
}

/** True if a program listens at the address of an owner URL. */
export function isListening(url: string): Promise<boolean> {
  const { hostname, port, searchParams } = new URL(url);
  const folder = searchParams.get('host');
  const socket = connect(
    folder === null ? { host: hostname, port: Number(port) } : { path: join(folder, `.s.PGSQL.${port}`) },
  );
  return new Promise((resolve) => {
    const answer = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.setTimeout(PROBE_MS, () => answer(false));
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}

/** Removes the short socket folder of a killed run. */
export function forgetSocketFolder(url: string): void {
  const folder = new URL(url).searchParams.get('host');
  if (folder !== null && basename(folder).startsWith(SHORT_FOLDER)) rmSync(folder, { recursive: true, force: true });
}

export function fitsSocketPath(folder: string): boolean {
  return Buffer.byteLength(join(folder, `.s.PGSQL.${SOCKET_PORT}`)) <= LONGEST_PATH;
}

function socketFolder(place: Place): string {
  const folder = fitsSocketPath(runOf(place)) ? runOf(place) : shortFolder();
  ownFolder(folder, place.account);
  // Remains of a killed server. PostgreSQL's own check would take a reused process id for a running server.
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
  return folder;
}

function shortFolder(): string {
  for (const base of [tmpdir(), '/tmp']) {
    if (existsSync(base) && fitsSocketPath(join(base, `${SHORT_FOLDER}XXXXXX`)))
      return mkdtempSync(join(base, SHORT_FOLDER));
  }
  throw new EmbeddedDatabaseError(
    'unusable_folder',
    `The path of DATA_DIR is too long for a socket (${LONGEST_PATH} bytes), and /tmp cannot be used instead.`,
  );
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** The superuser created the owner and has no access any more: SQL injected as the owner cannot get more rights. */
function writeAccessRules(place: Place, transport: Transport): void {
  const rules =
    transport.kind === 'socket'
      ? [`local all ${SUPERUSER} reject`, 'local all all trust']
      : [`host all ${SUPERUSER} 127.0.0.1/32 reject`, 'host all all 127.0.0.1/32 scram-sha-256'];
  writeFileSync(accessRulesOf(place), `${rules.join('\n')}\n`);
  chmodSync(accessRulesOf(place), 0o644);
}

export const accessRulesOf = (place: Place): string => join(place.folder, 'pg_hba.conf');
