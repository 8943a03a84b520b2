// Makes a quarantine reach this instance, and its end: a poll every second. Where it has not succeeded for five seconds nobody looks
// anything up.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Poll } from '../../platform/database/poll.js';
import { Problem } from '../../platform/errors/problem.js';
import { Log } from '../../platform/logging/log.js';
import { nameOf, QuarantineRepository, type Covers } from './quarantine.repository.js';

@Injectable()
export class Quarantines implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly poll: Poll<ReadonlySet<string>>;

  constructor(quarantines: QuarantineRepository, log: Log) {
    this.poll = new Poll<ReadonlySet<string>>({
      read: () => quarantines.all(),
      failed: (error) => log.warn('stopped clients could not be read', { error }),
      initial: new Set(),
    });
  }

  onApplicationBootstrap(): Promise<void> {
    return this.poll.start();
  }

  onApplicationShutdown(): void {
    this.poll.stop();
  }

  /** Reads at once who is stopped. */
  refresh(): Promise<void> {
    return this.poll.refresh();
  }

  /** @throws Problem `client_quarantined`; `service_unavailable` where this instance may have missed one. */
  mustNotHold(clientId: string, covers: Covers): void {
    if (!this.poll.isFresh()) throw new Problem('service_unavailable');
    if (this.poll.value.has(nameOf({ clientId, covers }))) throw new Problem('client_quarantined');
  }
}
