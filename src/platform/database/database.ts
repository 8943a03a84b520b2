// The connection pool and the Prisma client over it. Repositories use Prisma for plain rows, and prepared statements
// where one statement must decide. Rules belong to the repositories.
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../../generated/prisma/client.js';
import { Problem } from '../errors/problem.js';
import type { Log } from '../logging/log.js';
import { inTransactionScope, refuseInTransaction } from '../transaction-scope.js';
import { valuesFor, type NamedStatement, type NamedValues } from './named-statement.js';
import { Notifications } from './notifications.js';
import { enterSession, type SessionOptions } from './session.js';

export type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

/** A prepared statement. Its name identifies it on each connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  /** Role set at the start of each connection: the rights of the running service only. */
  readonly role: string;
  readonly synchronousCommit?: SessionOptions['synchronousCommit'];
  readonly log: Log;
  /** Whether slow work and second connections inside a transaction throw. For tests. */
  readonly watchesTransactions?: boolean;
}

// A slower answer is a failure. The client gets 503 instead of a hanging connection.
const STATEMENT_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 3_000;
// An instance that freezes in a transaction keeps its locks for at most this long.
const IDLE_IN_TRANSACTION_MS = 10_000;

/**
 * A transaction that waits for a second connection holds its own meanwhile. A few of them would block the pool for
 * good.
 */
class WatchedPool extends pg.Pool {
  override connect(): Promise<pg.PoolClient>;
  override connect(callback: PoolCallback): void;
  override connect(callback?: PoolCallback): Promise<pg.PoolClient> | undefined {
    refuseInTransaction('a second connection');
    if (!callback) return super.connect();
    super.connect(callback);
    return undefined;
  }
}

type PoolCallback = Parameters<pg.Pool['connect']>[0];

export type RunNamed = <Row>(statement: NamedStatement, values: NamedValues) => Promise<Row[]>;

export class Database {
  readonly prisma: PrismaClient;
  readonly notifications: Notifications;
  private readonly pool: pg.Pool;
  private readonly watchesTransactions: boolean;

  constructor(private readonly options: DatabaseOptions) {
    this.notifications = new Notifications(options);
    this.watchesTransactions = options.watchesTransactions ?? false;
    this.pool = new WatchedPool({
      connectionString: options.url,
      max: options.poolSize,
      application_name: 'countersign',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      // eslint-disable-next-line @typescript-eslint/no-misused-promises -- pg-pool waits for it and drops the client that it fails for; its types say void
      onConnect: (client) => enterSession(client, { ...options, statementTimeoutMs: STATEMENT_TIMEOUT_MS }),
      query_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    });
    // An idle connection that breaks is replaced at the next use. Without a listener it would end the process.
    this.pool.on('error', (error) => {
      if (!this.pool.ending) options.log.warn('a database connection broke', { error });
    });
    const adapter = new PrismaPg(this.pool, { statementNameGenerator: nameOfStatement });
    this.prisma = new PrismaClient({
      adapter,
      transactionOptions: { maxWait: CONNECT_TIMEOUT_MS, timeout: STATEMENT_TIMEOUT_MS },
    });
  }

  /**
   * Runs one prepared statement and returns its rows.
   * @throws Problem `service_unavailable` if the database does not answer.
   */
  async run<Row>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    refuseInTransaction('a second connection');
    try {
      const result = await this.pool.query({ ...statement, values: [...values] });
      return result.rows as Row[];
    } catch (error) {
      throw new Problem('service_unavailable', { cause: error });
    }
  }

  /** The same with named parameters. Within the transaction if one is given. */
  runNamed<Row>(statement: NamedStatement, values: NamedValues, transaction?: Transaction): Promise<Row[]> {
    const { name, text } = statement;
    const sent = valuesFor(statement, values);
    return transaction ? transaction.$queryRawUnsafe<Row[]>(text, ...sent) : this.run<Row>({ name, text }, sent);
  }

  /**
   * Runs several changes in one transaction. Nothing inside may be slow or wait for another connection (R-03, ADR
   * 0027).
   */
  inTransaction<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    if (!this.watchesTransactions) return this.prisma.$transaction(work);
    return this.prisma.$transaction((transaction) => inTransactionScope(() => work(transaction)));
  }

  /**
   * One transaction on a connection of its own, for an operator's command that may take minutes.
   * @throws the server's error; nothing was changed then.
   */
  async inLongTransaction<Result>(work: (run: RunNamed) => Promise<Result>): Promise<Result> {
    const client = new pg.Client({ connectionString: this.options.url, application_name: 'countersign' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await enterSession(client, { ...this.options, statementTimeoutMs: 0 });
      await client.query('BEGIN');
      const result = await work(async <Row>(statement: NamedStatement, values: NamedValues) => {
        const { rows } = await client.query({ text: statement.text, values: valuesFor(statement, values) });
        return rows as Row[];
      });
      await client.query('COMMIT');
      return result;
    } finally {
      await client.end();
    }
  }

  /** True if a trivial statement gets an answer. */
  async isReachable(): Promise<boolean> {
    return this.pool.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }

  async close(): Promise<void> {
    await this.notifications.close();
    await this.prisma.$disconnect();
    await this.pool.end();
  }
}

const names = new Map<string, string>();
const MAX_NAMES = 500;

/** Turns Prisma's statements into prepared ones. A query shape gets one name, and the number of names is bounded. */
function nameOfStatement({ sql }: { sql: string }): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  const name = names.size < MAX_NAMES ? `p${names.size}` : '';
  if (name !== '') names.set(sql, name);
  return name;
}
