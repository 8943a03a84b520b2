// Starts and stops the polls of this instance with the service.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Log } from '../logging/log.js';
import { Poll } from './poll.js';

export interface Polled<Value> {
  readonly read: () => Promise<Value>;
  /** Log line of a failed read. */
  readonly failure: string;
  /** The value before the first read. */
  readonly initial: Value;
}

@Injectable()
export class Polls implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #all: Pick<Poll<unknown>, 'start' | 'stop'>[] = [];

  constructor(private readonly log: Log) {}

  /** Read at the start of the service, and every second from then on. */
  add<Value>({ read, failure, initial }: Polled<Value>): Poll<Value> {
    const poll = new Poll({ read, initial, failed: (error) => this.log.warn(failure, { error }) });
    this.#all.push(poll);
    return poll;
  }

  async onApplicationBootstrap(): Promise<void> {
    await Promise.all(this.#all.map((poll) => poll.start()));
  }

  onApplicationShutdown(): void {
    for (const poll of this.#all) poll.stop();
  }
}
