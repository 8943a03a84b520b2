// Works off a queue in the database: when something is due that was told of on its channel, and at intervals for what was told while nobody
// listened. So many at a time, and so many of one tenant, whose other end may be slow. What fails is logged and due again, or not: that
// is the queue's matter, as it is that of two instances one takes an item.
import { toTypeId } from '../platform/crypto/type-id.js';
import type { Notifications } from '../platform/database/notifications.js';
import type { Log } from '../platform/logging/log.js';

const LOOK_MS = 5_000;
/** A timer may end this much early. */
const EARLY_MS = 2;
/** Items in hand at one time. */
export const SLOTS = 64;
/** A tenant that has so many in hand gets no more; one that has fewer gets at most so many more at one look. */
export const SLOTS_OF_TENANT = 4;

export interface QueueItem {
  /** UUID. */
  readonly tenantId: string;
}

export interface Room {
  readonly slots: number;
  readonly slotsOfTenant: number;
  /** Tenants that have all of theirs in use. */
  readonly busy: readonly string[];
}

export interface Queue<Item extends QueueItem> {
  readonly channel: string;
  readonly notifications: Pick<Notifications, 'listen'>;
  readonly log: Log;
  /** No more than there is room for; they are taken from other instances by it. */
  take(room: Room): Promise<readonly Item[]>;
  handle(item: Item): Promise<void>;
  /** What the log says when either failed. */
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

  /** Takes nothing more, and waits for what is in hand. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    for (const wait of this.waits) clearTimeout(wait);
    await this.looking;
    await Promise.all(this.inHand.keys());
  }

  /** `ms`: until what was told of is due. */
  private lookIn(ms: number): void {
    if (this.stopped) return;
    const wait = setTimeout(() => {
      this.waits.delete(wait);
      this.look();
    }, ms + EARLY_MS);
    wait.unref();
    this.waits.add(wait);
  }

  /** One look at a time; what is told meanwhile leads to another one. */
  private look(): void {
    this.again = true;
    this.looking ??= this.takeAll().finally(() => {
      this.looking = undefined;
      // Told between the last look and now.
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
        // Fewer are all that were due, but for tenants that had enough in hand.
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

  /** Nobody waits for it; when it has ended there may be room for one that was left. */
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
