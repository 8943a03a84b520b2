// Reads quarantines every second, so that each start and end reaches this instance. After five seconds without a
// successful read, all look-ups are refused.
import { Injectable } from '@nestjs/common';
import type { Poll } from '../../platform/database/poll.js';
import { Polls } from '../../platform/database/polls.js';
import { Problem } from '../../platform/errors/problem.js';
import { nameOf, QuarantineRepository, type Covers } from './quarantine.repository.js';

@Injectable()
export class Quarantines {
  private readonly poll: Poll<ReadonlySet<string>>;

  constructor(quarantines: QuarantineRepository, polls: Polls) {
    this.poll = polls.add<ReadonlySet<string>>({
      read: () => quarantines.all(),
      failure: 'quarantines could not be read',
      initial: new Set(),
    });
  }

  /** Reads the quarantines now. */
  refresh(): Promise<void> {
    return this.poll.refresh();
  }

  /** @throws Problem `client_quarantined`; `service_unavailable` if this instance may have missed a quarantine. */
  mustNotHold(clientId: string, covers: Covers): void {
    if (!this.poll.isFresh()) throw new Problem('service_unavailable');
    if (this.poll.value.has(nameOf({ clientId, covers }))) throw new Problem('client_quarantined');
  }
}
