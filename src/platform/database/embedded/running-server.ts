// One run of the server, until `stop`, the end of this process, or its own end.
import { setTimeout as sleep } from 'node:timers/promises';
import { removeConnection, writeConnection } from './connection-file.js';
import { EmbeddedDatabaseError } from './errors.js';
import { guardExit } from './exit-guard.js';
import {
  launchPostmaster,
  signalPostmaster,
  stopPostmaster,
  waitUntilReady,
  type Launch,
  type Postmaster,
} from './postmaster.js';
import type { StartLock } from './start-lock.js';
import { forgetSocketFolder } from './transport.js';

export interface Run {
  readonly dataDir: string;
  readonly launch: Launch;
  readonly lock: StartLock;
  readonly ownerUrl: string;
  readonly log: (line: string) => void;
}

// Processes of a server whose parent was killed end within moments. Until then PostgreSQL refuses a new server.
const SURVIVORS_MS = 15_000;
const RETRY_MS = 250;

export class RunningServer {
  readonly ownerUrl: string;
  readonly place: string;
  readonly lost: Promise<EmbeddedDatabaseError>;
  private resolveLost: (error: EmbeddedDatabaseError) => void = () => undefined;
  private postmaster: Postmaster | null = null;
  private stopping: Promise<void> | null = null;
  private readonly takeGuardOff: () => void;

  constructor(private readonly run: Run) {
    this.ownerUrl = run.ownerUrl;
    this.place = run.launch.place.folder;
    this.lost = new Promise((resolve) => (this.resolveLost = resolve));
    this.takeGuardOff = guardExit({ stop: () => this.stop(), abandon: () => this.abandon() });
  }

  /** @throws EmbeddedDatabaseError; then no process runs any more and only the lock is still held. */
  async start(): Promise<void> {
    try {
      this.postmaster = await this.launchPastSurvivors();
      writeConnection(this.run.dataDir, { ownerUrl: this.ownerUrl, place: this.place });
      void this.postmaster.exited.then(() => this.noticeEnd());
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  stop(): Promise<void> {
    this.stopping ??= this.end().then(() => this.run.lock.release());
    return this.stopping;
  }

  private async launchPastSurvivors(): Promise<Postmaster> {
    const { launch } = this.run;
    for (let waited = 0; ; waited += RETRY_MS) {
      this.postmaster = launchPostmaster(launch);
      try {
        await waitUntilReady(this.postmaster, launch.place);
        return this.postmaster;
      } catch (error) {
        const mayPass = this.stopping === null && /still in use/.test(this.postmaster.reason() ?? '');
        if (!mayPass || waited >= SURVIVORS_MS) throw error;
      }
      await sleep(RETRY_MS);
    }
  }

  private async end(): Promise<void> {
    const { dataDir, launch, log } = this.run;
    const server = this.postmaster;
    const isGone = server === null || server.hasExited() || (await stopPostmaster(server.pid, launch.binaries));
    if (!isGone) log(`PostgreSQL (process ${server.pid}) does not stop; the next start will try again.`);
    this.takeGuardOff();
    removeConnection(dataDir);
    forgetSocketFolder(this.ownerUrl);
  }

  private abandon(): void {
    const server = this.postmaster;
    if (server !== null && !server.hasExited()) signalPostmaster(server.pid, 'immediate', this.run.launch.binaries);
  }

  private noticeEnd(): void {
    if (this.stopping !== null) return;
    const why = this.postmaster?.reason() ?? 'it was killed';
    this.resolveLost(
      new EmbeddedDatabaseError(
        'ended',
        `The embedded database in ${this.place} ended by itself (${why}): start the service again.`,
      ),
    );
  }
}
