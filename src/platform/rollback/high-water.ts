// SECURITY(T-49): detects that the database is older than this host or process has seen it: a restored dump, or a
// failover to a standby that lagged. Used codes, wrong codes, removals and suspensions of the time between are lost
// then. So all requests are refused until the operator has started a new epoch (`restore`).
import { IntervalLoop } from '../clock/interval-loop.js';
import { dateAt, type Clock } from '../clock/clock.js';
import { newUuid } from '../crypto/type-id.js';
import type { Database } from '../database/database.js';
import { OperatorError } from '../errors/operator-error.js';
import type { Log } from '../logging/log.js';
import { MarkFile, type Mark } from './mark-file.js';
import { BEGIN, COUNT, HELD, STATE, type State } from './rollback.statements.js';

export interface HighWaterOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** The folder of the mark. */
  readonly folder: string;
  /** A host without a mark does not serve a database that was served before, until an operator has trusted it. */
  readonly demandsMark: boolean;
}

export class HighWater {
  private readonly rounds = new IntervalLoop(() => this.round());
  private readonly listeners: (() => Promise<void>)[] = [];
  private mark: Mark | undefined;
  private epoch = '';
  private behind = false;
  private kept = true;

  constructor(private readonly options: HighWaterOptions) {}

  /** The database is older than before: all requests must be refused. */
  get isBehind(): boolean {
    return this.behind;
  }

  /** Whether the last write of the mark succeeded. Without the mark a rollback is not detected. */
  get isKept(): boolean {
    return this.kept;
  }

  /** Called when a new epoch has started, before requests are answered. */
  onNewEpoch(listener: () => Promise<void>): void {
    this.listeners.push(listener);
  }

  /**
   * Compares the database with the mark of this host, and starts to count.
   * @throws OperatorError if the mark cannot be read or written, or is missing.
   */
  async start(): Promise<void> {
    const state = await this.state();
    this.epoch = state.epoch;
    const known = this.fileOf(state).read();
    if (!known && state.wasServed && this.options.demandsMark) throw withoutMark(this.options.folder);
    if (known && !(await this.holds(known, state))) this.notice(known);
    else await this.begin(state);
    this.rounds.start();
  }

  /** The operator trusts the database: writes a mark of its present state. */
  async trust(): Promise<void> {
    await this.begin(await this.state());
  }

  /** When the host last saw the database. Null if never. */
  async lastSeen(): Promise<Date | null> {
    const mark = this.fileOf(await this.state()).read();
    return mark ? dateAt(mark.atMs) : null;
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  private async round(): Promise<void> {
    try {
      const state = await this.state();
      if (state.epoch !== this.epoch) await this.enter(state);
      else if (!this.behind) await this.count(state);
      this.kept = true;
    } catch (error) {
      this.kept = false;
      // without the mark a rollback cannot be detected.
      this.options.log.error('the high-water mark could not be written', { error });
    }
  }

  private async enter(state: State): Promise<void> {
    for (const listener of this.listeners) await listener();
    await this.begin(state);
    this.epoch = state.epoch;
    if (this.behind) this.options.log.warn('a new epoch has started: requests are answered again');
    this.behind = false;
  }

  private async begin(state: State): Promise<void> {
    const nowMs = this.options.clock.nowMs();
    const mark = { id: newUuid(this.options.clock), number: 1n, atMs: nowMs };
    await this.options.database.runNamed(BEGIN, { id: mark.id, now: dateAt(nowMs) });
    this.keep(mark, state);
  }

  private async count(state: State): Promise<void> {
    const { mark } = this;
    if (!mark) return;
    const nowMs = this.options.clock.nowMs();
    const values = { id: mark.id, number: String(mark.number), now: dateAt(nowMs) };
    const [row] = await this.options.database.runNamed<{ number: string }>(COUNT, values);
    if (row) this.keep({ id: mark.id, number: BigInt(row.number), atMs: nowMs }, state);
    else this.notice(mark);
  }

  private keep(mark: Mark, state: State): void {
    try {
      this.fileOf(state).write(mark);
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      throw new OperatorError(`HIGH_WATER_DIR ${this.options.folder} cannot hold the high-water mark (${code}).`);
    } finally {
      this.mark = mark;
    }
  }

  private notice({ atMs }: Mark): void {
    this.behind = true;
    const sentence = 'all requests are refused until `restore --reason … --apply` was run';
    this.options.log.error(`the database is older than it was at ${dateAt(atMs).toISOString()}: ${sentence}`);
  }

  /** The operator's restore covers marks from before the newest epoch. */
  private async holds({ id, number, atMs }: Mark, { beganAt }: State): Promise<boolean> {
    if (beganAt.getTime() > atMs) return true;
    const rows = await this.options.database.runNamed(HELD, { id, number: String(number) });
    return rows.length > 0;
  }

  private async state(): Promise<State> {
    const [state] = await this.options.database.runNamed<State>(STATE, {});
    if (!state) throw new OperatorError('The database has no epoch: run `migrate --apply`.');
    return state;
  }

  private fileOf({ installation }: State): MarkFile {
    return new MarkFile(this.options.folder, installation);
  }
}

function withoutMark(folder: string): OperatorError {
  return new OperatorError(
    `HIGH_WATER_DIR ${folder} has no high-water mark of this database: on a new host run \`marks trust --apply\`, after a restore \`restore --reason … --apply\`.`,
  );
}
