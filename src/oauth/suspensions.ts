// Reads suspensions every second: the clients suspended within the life of a token. After five seconds without a
// successful read, every token is refused.
import { Injectable } from '@nestjs/common';
import { Clock, dateAt } from '../platform/clock/clock.js';
import type { Poll } from '../platform/database/poll.js';
import { Polls } from '../platform/database/polls.js';
import { ACCESS_TOKEN_SECONDS } from './access-token.policy.js';
import { ClientRepository, type Suspension } from '../tenants/clients/client.repository.js';

// A token can outlive its suspension by its whole life. One more minute allows for clocks that differ.
const LOOK_BACK_MS = (ACCESS_TOKEN_SECONDS + 60) * 1_000;

@Injectable()
export class Suspensions {
  private readonly poll: Poll<ReadonlyMap<string, Suspension>>;

  constructor(
    private readonly clients: ClientRepository,
    private readonly clock: Clock,
    polls: Polls,
  ) {
    this.poll = polls.add<ReadonlyMap<string, Suspension>>({
      read: () => this.read(),
      failure: 'suspended clients could not be read',
      initial: new Map(),
    });
  }

  /** False if this instance may have missed a suspension. */
  isFresh(): boolean {
    return this.poll.isFresh();
  }

  /** True if tokens of the client issued in that second are void. */
  voids(clientId: string, issuedAtSeconds: number): boolean {
    const suspension = this.poll.value.get(clientId);
    if (!suspension?.suspendedAt) return false;
    // `iat` is in whole seconds: a token issued in the second of the suspension is void too.
    return suspension.status === 'suspended' || issuedAtSeconds * 1_000 <= suspension.suspendedAt.getTime();
  }

  private async read(): Promise<ReadonlyMap<string, Suspension>> {
    const found = await this.clients.suspendedAfter(dateAt(this.clock.nowMs() - LOOK_BACK_MS));
    return new Map(found.map((suspension) => [suspension.id, suspension]));
  }
}
