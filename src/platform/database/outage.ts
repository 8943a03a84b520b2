// Tells an unavailable database (503) from a bug of the service (500).

// PostgreSQL error classes: 08 connection, 53 resources, 57 operator intervention (shutdown, cancelled by timeout),
// 25006 read-only standby, 40 rollback by the server.
const OUTAGE_SQLSTATE = /^(08|53|57|40)|^25006$/;
// Prisma's codes for an unreachable server, an exhausted pool, and a transaction that could not start or end in time.
const OUTAGE_PRISMA = /^P(1\d{3}|2024|2028|2034|2037)$/;
const OUTAGE_SYSTEM = /^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;

export function isDatabaseOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { cause, meta } = error as { cause?: unknown; meta?: { driverAdapterError?: unknown } };
  if (isOutageItself(error)) return true;
  // P2010, a raw statement that failed, holds the server's error inside.
  if (isDatabaseOutage(meta?.driverAdapterError)) return true;
  return originalCode(cause) !== undefined ? OUTAGE_SQLSTATE.test(originalCode(cause) ?? '') : isDatabaseOutage(cause);
}

function isOutageItself(error: Error & { code?: unknown }): boolean {
  const { code, name, message } = error;
  if (typeof code === 'string' && [OUTAGE_SQLSTATE, OUTAGE_PRISMA, OUTAGE_SYSTEM].some((known) => known.test(code)))
    return true;
  // pg's own errors for a lost or late connection have no code.
  return (
    name === 'PrismaClientInitializationError' ||
    /^(Connection terminated|timeout exceeded when|Query read timeout)/.test(message)
  );
}

/** A Prisma driver adapter wraps the server's code in `cause.originalCode`. */
function originalCode(cause: unknown): string | undefined {
  const { originalCode: code } = (cause ?? {}) as { originalCode?: unknown };
  return typeof code === 'string' ? code : undefined;
}
