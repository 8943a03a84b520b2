// Works off a queue in the database: when notified that an item is due, and at intervals in case a notification was
// missed. At most a given number at a time, and of one tenant, whose receiver may be slow. Failures are logged; the
// queue decides about retries, and that one of two instances gets an item.
import { toTypeId } from '../platform/crypto/type-id.js';
import type { Notifications } from '../platform/database/notifications.js';
import type { Log } from '../platform/logging/log.js';

const LOOK_MS = 5_000;
/** A timer may fire this much early. */
const EARLY_MS = 2;
/** Items in progress at one time. */
export const SLOTS = 64;
/** A tenant with this many in progress gets no more. One with fewer gets at most this many more in one round. */
export const SLOTS_OF_TENANT = 4;

export interface QueueItem {
  /** UUID. */
  readonly tenantId: string;
}

export interface Room {
  readonly slots: number;
  readonly slotsOfTenant: number;
  /** Tenants at their limit. */
  readonly busy: readonly string[];
}

export interface Queue<Item extends QueueItem> {
  readonly channel: string;
  readonly notifications: Pick<Notifications, 'listen'>;
  readonly log: Log;
  /** Takes no more than there is room for: taken items are hidden from other instances. */
  take(room: Room): Promise<readonly Item[]>;
  handle(item: Item): Promise<void>;
  /** The log lines of failures. */
  readonly words: { readonly take: string; readonly handle: string };
}

export class QueueWorker<Item extends QueueItem> {
  private readonly inHand = new Map<Promise<void>, string>();
  private timer: NodeJS.Timeout | undefined;
  private readonly waits = new Set<NodeJS.Timeout>();
  private looking: Promise<void> | undefined;
  private again = false;
  private stopped = false;

  constructor(private readonly queue: Queue<Item>) {}

  async start(): Promise<void> {
    const look = () => this.look();
    await this.queue.notifications.listen(this.queue.channel, {
      heard: (wait) => this.lookIn(Number(wait)),
      missed: look,
    });
    this.timer = setInterval(look, LOOK_MS);
    this.timer.unref();
  }

  /** Takes no more, and waits for items in progress. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    for (const wait of this.waits) clearTimeout(wait);
    await this.looking;
    await Promise.all(this.inHand.keys());
  }

  /** `ms`: until the announced item is due. */
  private lookIn(ms: number): void {
    if (this.stopped) return;
    const wait = setTimeout(() => {
      this.waits.delete(wait);
      this.look();
    }, ms + EARLY_MS);
    wait.unref();
    this.waits.add(wait);
  }

  /** One round at a time. A notification meanwhile leads to another one. */
  private look(): void {
    this.again = true;
    this.looking ??= this.takeAll().finally(() => {
      this.looking = undefined;
      // Notified between the last round and now.
      if (this.isToLook()) this.look();
    });
  }

  private isToLook(): boolean {
    return this.again && !this.stopped && this.inHand.size < SLOTS;
  }

  private async takeAll(): Promise<void> {
    while (this.isToLook()) {
      this.again = false;
      const room = { slots: SLOTS - this.inHand.size, slotsOfTenant: SLOTS_OF_TENANT, busy: this.busy() };
      try {
        const taken = await this.queue.take(room);
        for (const item of taken) this.begin(item);
        // Fewer than asked for: no others were due, except of tenants at their limit.
        this.again ||= taken.length >= SLOTS_OF_TENANT;
      } catch (error) {
        this.queue.log.warn(this.queue.words.take, { error });
      }
    }
  }

  private busy(): string[] {
    const counts = new Map<string, number>();
    for (const tenant of this.inHand.values()) counts.set(tenant, (counts.get(tenant) ?? 0) + 1);
    return [...counts].filter(([, count]) => count >= SLOTS_OF_TENANT).map(([tenant]) => tenant);
  }

  /** Not awaited. Its end may make room for another item. */
  private begin(item: Item): void {
    const handling = this.handle(item).finally(() => {
      const hadNoRoom = this.inHand.size >= SLOTS || this.busy().includes(item.tenantId);
      this.inHand.delete(handling);
      if (hadNoRoom) this.look();
    });
    this.inHand.set(handling, item.tenantId);
  }

  private async handle(item: Item): Promise<void> {
    try {
      await this.queue.handle(item);
    } catch (error) {
      this.queue.log.warn(this.queue.words.handle, { tenantId: toTypeId('ten', item.tenantId), error });
    }
  }
}
