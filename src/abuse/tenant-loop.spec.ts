import { Log } from '../platform/logging/log.js';
import { handledOf, TENANTS_AT_ONCE, TenantLoop, type Handled, type TenantWatch } from './tenant-loop.js';

/** Work for each tenant, in pieces of `piece`. */
class Work implements TenantWatch {
  readonly failure = 'it failed';
  readonly order: string[] = [];

  constructor(
    readonly left: Map<string, number>,
    private readonly piece: number,
    private readonly broken: readonly string[] = [],
  ) {}

  due(): Promise<string[]> {
    const due = [...this.left].filter(([, count]) => count > 0).map(([tenant]) => tenant);
    // The tenants of the last round come last.
    due.sort((one, other) => this.order.lastIndexOf(one) - this.order.lastIndexOf(other));
    return Promise.resolve(due.slice(0, TENANTS_AT_ONCE));
  }

  handle(tenantId: string): Promise<Handled | null> {
    this.order.push(tenantId);
    if (this.broken.includes(tenantId)) return Promise.reject(new Error('broken'));
    const count = Math.min(this.left.get(tenantId) ?? 0, this.piece);
    this.left.set(tenantId, (this.left.get(tenantId) ?? 0) - count);
    return Promise.resolve(handledOf(count, this.piece));
  }
}

const tenant = (nth: number) => `019aa000-0000-7000-8000-${String(nth).padStart(12, '0')}`;
const roundOf = async (work: Work) => {
  await new TenantLoop(work, new Log('silent')).now();
  return [...work.left.values()].reduce((sum, count) => sum + count, 0);
};

describe('a round', () => {
  it('continues until no work is left, with one piece of each tenant in turn', async () => {
    const work = new Work(
      new Map([
        [tenant(1), 10_000],
        [tenant(2), 5],
      ]),
      1_000,
    );
    expect(await roundOf(work)).toBe(0);
    expect(work.order.slice(0, 2)).toEqual([tenant(1), tenant(2)]);
  });

  it('continues beyond the tenants of one query', async () => {
    const tenants = Array.from({ length: 3 * TENANTS_AT_ONCE }, (_none, nth) => [tenant(nth), 1] as const);
    expect(await roundOf(new Work(new Map(tenants), 1_000))).toBe(0);
  });

  it('ends if all remaining work fails, and a failure does not block other tenants', async () => {
    const broken = Array.from({ length: TENANTS_AT_ONCE }, (_none, nth) => tenant(nth));
    const left = new Map([...broken, tenant(100), tenant(101)].map((each) => [each, 2] as const));
    const work = new Work(left, 1_000, broken);
    await roundOf(work);
    await roundOf(work);
    expect([left.get(tenant(100)), left.get(tenant(101))]).toEqual([0, 0]);
  });
});
