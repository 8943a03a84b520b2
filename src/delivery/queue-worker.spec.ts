import type { Listener } from '../platform/database/notifications.js';
import { Log } from '../platform/logging/log.js';
import { QueueWorker, SLOTS, SLOTS_OF_TENANT, type Room } from './queue-worker.js';

interface Item {
  readonly tenantId: string;
  readonly name: string;
}

const tenant = (number: number) => `01890a5d-ac96-774b-bcce-${String(number).padStart(12, '0')}`;
const LOOK_MS = 5_000;
const EARLY_MS = 2;

/** A queue in memory that gives as many items as asked for, like the database's; and its worker. */
class Stage {
  waiting: Item[] = [];
  readonly rooms: Room[] = [];
  readonly handled: string[] = [];
  readonly lines: string[] = [];
  readonly ends = new Map<string, (error?: Error) => void>();
  listener: Listener | undefined;
  channel = '';
  /** Runs while the queue is being read. */
  meanwhile: () => Promise<void> | void = () => undefined;
  handle = (item: Item): Promise<void> => this.held(item);

  readonly worker = new QueueWorker<Item>({
    channel: 'things',
    notifications: {
      listen: (channel, listener) => {
        this.channel = channel;
        this.listener = listener;
        return Promise.resolve();
      },
    },
    log: new Log('debug', { write: (line) => void this.lines.push(line) }),
    take: (room) => this.take(room),
    handle: (item) => {
      this.handled.push(item.name);
      return this.handle(item);
    },
    words: { take: 'things could not be read', handle: 'a thing failed' },
  });

  add(tenantId: string, count: number): void {
    for (let item = 0; item < count; item += 1) {
      this.waiting.push({ tenantId, name: `${tenantId.slice(-1)}-${this.waiting.length}` });
    }
  }

  async end(name: string, error?: Error): Promise<void> {
    this.ends.get(name)?.(error);
    this.ends.delete(name);
    await this.settle();
  }

  /** Runs everything that does not wait for the outside. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  }

  async tell(): Promise<void> {
    this.listener?.heard('0');
    jest.advanceTimersByTime(EARLY_MS);
    await this.settle();
  }

  private held({ name }: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      this.ends.set(name, (error) => (error ? reject(error) : resolve()));
    });
  }

  private async take(room: Room): Promise<Item[]> {
    this.rooms.push(room);
    const counts = new Map<string, number>();
    const taken = this.waiting.filter(({ tenantId }) => {
      const place = (counts.get(tenantId) ?? 0) + 1;
      counts.set(tenantId, place);
      return place <= room.slotsOfTenant && !room.busy.includes(tenantId);
    });
    const given = taken.slice(0, room.slots);
    this.waiting = this.waiting.filter((item) => !given.includes(item));
    await this.meanwhile();
    return given;
  }
}

describe('the worker of a queue', () => {
  let stage: Stage;

  beforeEach(async () => {
    jest.useFakeTimers();
    stage = new Stage();
    await stage.worker.start();
  });
  afterEach(() => jest.useRealTimers());

  it('reads when notified, when a notification may have been missed, and at intervals', async () => {
    expect(stage.channel).toBe('things');
    expect(stage.rooms).toHaveLength(0);
    await stage.tell();
    expect(stage.rooms).toHaveLength(1);
    stage.listener?.missed();
    await stage.settle();
    expect(stage.rooms).toHaveLength(2);
    jest.advanceTimersByTime(LOOK_MS - EARLY_MS - 1);
    await stage.settle();
    expect(stage.rooms).toHaveLength(2);
    jest.advanceTimersByTime(1);
    await stage.settle();
    expect(stage.rooms).toHaveLength(3);
  });

  it('reads when the announced item is due, and not before', async () => {
    for (const waitMs of ['700', '0', '300']) stage.listener?.heard(waitMs);
    const looks: number[] = [];
    for (const ms of [EARLY_MS, 299, 1, 399, 1, 1_000]) {
      jest.advanceTimersByTime(ms);
      await stage.settle();
      looks.push(stage.rooms.length);
    }
    expect(looks).toEqual([1, 1, 2, 2, 3, 3]);
  });

  it('reads again until no item is due', async () => {
    stage.handle = () => Promise.resolve();
    stage.add(tenant(1), 3 * SLOTS_OF_TENANT);
    await stage.tell();
    expect(stage.handled).toHaveLength(3 * SLOTS_OF_TENANT);
    expect(stage.waiting).toEqual([]);
  });

  it('has a limit for each tenant, and leaves the rest to others', async () => {
    stage.add(tenant(1), 20);
    stage.add(tenant(2), 1);
    await stage.tell();
    expect(stage.handled.filter((name) => name.startsWith('1-'))).toHaveLength(SLOTS_OF_TENANT);
    expect(stage.handled.filter((name) => name.startsWith('2-'))).toHaveLength(1);
    expect(stage.rooms.at(-1)).toEqual({ slots: SLOTS - 5, slotsOfTenant: SLOTS_OF_TENANT, busy: [tenant(1)] });
  });

  it('reads again for a tenant when one of its items has ended, within its limit', async () => {
    stage.add(tenant(1), 40);
    await stage.tell();
    for (const name of stage.handled) {
      await stage.end(name);
      expect(stage.ends.size).toBeLessThan(2 * SLOTS_OF_TENANT);
    }
    expect(stage.handled).toHaveLength(40);
  });

  it('has a limit in all, and takes the next item when one has ended', async () => {
    for (let number = 1; number <= SLOTS; number += 1) stage.add(tenant(number), 2);
    await stage.tell();
    expect(stage.handled).toHaveLength(SLOTS);
    const looks = stage.rooms.length;
    await stage.tell();
    expect(stage.rooms).toHaveLength(looks);
    await stage.end(stage.handled[0] ?? '');
    expect(stage.handled).toHaveLength(SLOTS + 1);
    expect(stage.rooms[looks]?.slots).toBe(1);
  });

  it('reads once at a time, and once more for all notifications meanwhile', async () => {
    let end: () => void = () => undefined;
    stage.meanwhile = () => new Promise((ended) => (end = ended));
    await stage.tell();
    await stage.tell();
    await stage.tell();
    expect(stage.rooms).toHaveLength(1);
    stage.meanwhile = () => undefined;
    end();
    await stage.settle();
    expect(stage.rooms).toHaveLength(2);
  });

  it('misses no item that ended while it stopped reading', async () => {
    stage.handle = () => {
      throw new Error('at once');
    };
    for (let number = 1; number <= 2 * SLOTS; number += 1) stage.add(tenant(number), 1);
    await stage.tell();
    expect(stage.handled).toHaveLength(2 * SLOTS);
  });

  it('logs a failure, and continues', async () => {
    stage.add(tenant(1), SLOTS_OF_TENANT + 1);
    await stage.tell();
    await stage.end('1-0', new Error('+12025550123'));
    expect(stage.handled).toHaveLength(SLOTS_OF_TENANT + 1);
    const [line = ''] = stage.lines;
    expect(JSON.parse(line)).toMatchObject({ msg: 'a thing failed', tenantId: expect.stringMatching(/^ten_/) });
    expect(line).not.toContain('+12025550123');
  });

  it('treats a handler that throws synchronously as failed', async () => {
    stage.add(tenant(1), 1);
    stage.handle = () => {
      throw new Error('at once');
    };
    await stage.tell();
    expect(stage.lines).toHaveLength(1);
  });

  it('logs that the queue could not be read, does not retry immediately, and reads again when notified', async () => {
    stage.meanwhile = () => Promise.reject(new Error('no database'));
    await stage.tell();
    expect(stage.rooms).toHaveLength(1);
    expect(stage.lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['things could not be read']);
    stage.meanwhile = () => undefined;
    await stage.tell();
    expect(stage.rooms).toHaveLength(2);
  });

  it('stops when the items in progress have ended, and takes no more', async () => {
    stage.add(tenant(1), SLOTS_OF_TENANT + 1);
    await stage.tell();
    stage.listener?.heard('600');
    let ended = false;
    const stopping = stage.worker.stop().then(() => (ended = true));
    await stage.tell();
    for (const name of stage.handled.slice(0, -1)) await stage.end(name);
    expect(ended).toBe(false);
    await stage.end(stage.handled.at(-1) ?? '');
    await stopping;
    expect(stage.waiting).toHaveLength(1);
    const looks = stage.rooms.length;
    jest.advanceTimersByTime(2 * LOOK_MS);
    await stage.settle();
    expect(stage.rooms).toHaveLength(looks);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('handles the items that it had taken before it was stopped', async () => {
    let end: () => void = () => undefined;
    stage.add(tenant(1), 1);
    stage.meanwhile = () => new Promise((given) => (end = given));
    await stage.tell();
    let ended = false;
    const stopping = stage.worker.stop().then(() => (ended = true));
    end();
    await stage.settle();
    expect([stage.handled, ended]).toEqual([['1-0'], false]);
    await stage.end('1-0');
    await stopping;
  });
});
