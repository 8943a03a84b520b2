// PostgreSQL's settings for one service on one machine: durable first, then small. Passed on the command line at each
// start, so that an older data folder runs with today's values.
import { dataOf, type Place } from './place.js';
import { accessRulesOf, listenSettings, type Transport } from './transport.js';

const DURABLE = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' };

/** About 150 MB with all its processes. The last group turns off helper processes that one service does not need. */
const SMALL = {
  shared_buffers: '64MB',
  max_connections: '40',
  superuser_reserved_connections: '0',
  work_mem: '4MB',
  maintenance_work_mem: '32MB',
  huge_pages: 'off',
  jit: 'off',
  io_method: 'sync',
  autovacuum_max_workers: '1',
  max_parallel_workers: '0',
  max_logical_replication_workers: '0',
};

/** No replication, so the smallest log. Full pages of random updates compress well, and checkpoints are rare. */
const WRITE_AHEAD_LOG = {
  wal_level: 'minimal',
  max_wal_senders: '0',
  wal_compression: 'on',
  max_wal_size: '512MB',
  checkpoint_timeout: '15min',
};

/** neither statements nor values reach the log file. `terse` drops the DETAIL, which repeats a key's values. */
const QUIET_LOG = {
  logging_collector: 'off',
  log_destination: 'stderr',
  log_checkpoints: 'off',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_timezone: 'UTC',
  lc_messages: 'C',
};

/** For data that is deleted with its server: a crash of the machine loses it. */
const THROW_AWAY = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'on' };

/** Arguments of `postgres` for a server in this place. */
export function serverArguments(place: Place, transport: Transport, isDurable: boolean): string[] {
  const settings = {
    ...(isDurable ? DURABLE : THROW_AWAY),
    ...SMALL,
    ...WRITE_AHEAD_LOG,
    ...QUIET_LOG,
    ...listenSettings(transport),
    hba_file: accessRulesOf(place),
    timezone: 'UTC',
    ssl: 'off',
  };
  return ['-D', dataOf(place), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** Arguments of a single-user `postgres` that stops at the first error and reports it on standard error only. */
export function singleUserArguments(dataFolder: string): string[] {
  const settings = { ...DURABLE, ...QUIET_LOG, exit_on_error: 'on' };
  return [
    '--single',
    '-D',
    dataFolder,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    'postgres',
  ];
}
