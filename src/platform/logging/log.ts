// Structured logging, redacted by construction: a line can hold only the fields named here. There is no field for a
// body, a header, a query, a code or a number. Errors are reduced to name, code and stack frames.
import { pino, type DestinationStream, type Logger as Pino } from 'pino';

export interface LogFields {
  readonly requestId?: string;
  /** The route's pattern, never the requested URL. */
  readonly route?: string;
  readonly method?: string;
  readonly status?: number;
  readonly milliseconds?: number;
  readonly clientId?: string;
  readonly tenantId?: string;
  readonly count?: number;
  readonly kid?: string;
  readonly signal?: string;
  readonly error?: unknown;
}

const NAMES = [
  'requestId',
  'route',
  'method',
  'status',
  'milliseconds',
  'clientId',
  'tenantId',
  'count',
  'kid',
  'signal',
] as const;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export class Log {
  private readonly pino: Pino;

  constructor(level: LogLevel, destination?: DestinationStream) {
    const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
    this.pino = destination ? pino(options, destination) : pino(options);
  }

  debug(message: string, fields: LogFields = {}): void {
    this.pino.debug(shown(fields), message);
  }

  info(message: string, fields: LogFields = {}): void {
    this.pino.info(shown(fields), message);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.pino.warn(shown(fields), message);
  }

  error(message: string, fields: LogFields = {}): void {
    this.pino.error(shown(fields), message);
  }
}

// SECURITY(T-10): picks fields by name. Otherwise an object spread into a log call would be logged whole.
function shown(fields: LogFields): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name of NAMES) if (fields[name] !== undefined) kept[name] = fields[name];
  if (fields.error !== undefined) kept['error'] = shownError(fields.error);
  return kept;
}

/**
 * Messages of drivers repeat values ("Key (user_id)=(…) exists"), so they are left out. Frames and codes show the
 * place.
 */
function shownError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code } = error as { code?: unknown };
  const { stack = '', message } = error;
  const frames = stack
    .slice(stack.indexOf(message) + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
  return { name: error.name, ...(typeof code === 'string' ? { code } : {}), frames: frames.slice(0, 8) };
}
