// T-38, T-39. The attacker spreads requests over instances, over time and over wrong clocks, to get one more look-up or
// code than the limit allows. One function of the database counts. This spec compares it with a short model.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { SWEEP } from '../../src/phones/budgets/budgets.repository.js';
import { PhoneDesk } from '../support/phones.js';
import { Stage, tally } from '../support/stage.js';

const SLOTS = 24;
const BASE = 1_800_000_000_000;

interface Limit {
  readonly most: number;
  /** Milliseconds of a slot: a 24th of the window. */
  readonly slotMs: number;
}

interface Spending {
  readonly keys: readonly Buffer[];
  readonly limits: readonly Limit[];
  readonly nowMs: number;
  readonly hasMemo?: boolean;
}

/** The slots of the spent amounts, by key. */
class Model {
  private readonly slots = new Map<string, number[]>();
  /** How often something was spent. A spending whose memo exists already costs nothing. */
  spendings = 0;

  /** Milliseconds to wait. 0: one of each was spent, or was spent before. */
  spend({ keys, limits, nowMs, hasMemo = false }: Spending): number {
    const all = keys.map((key, index) => ({ name: key.toString('hex'), ...(limits[index] as Limit) }));
    const counted = all.map(({ name, most, slotMs }) => {
      const present = Math.floor(nowMs / slotMs);
      const inWindow = (this.slots.get(name) ?? []).filter((slot) => present - slot <= SLOTS).sort((a, b) => b - a);
      const full = inWindow[most - 1];
      return { name, present, inWindow, waitMs: full === undefined ? null : (full + SLOTS + 1) * slotMs - nowMs };
    });
    if (hasMemo && (counted[0]?.inWindow.length ?? 0) > 0) return 0;
    const waits = counted.flatMap(({ waitMs }) => waitMs ?? []);
    if (waits.length > 0) return Math.max(0, ...waits);
    for (const { name, present } of counted) this.charge(name, present);
    this.spendings += 1;
    return 0;
  }

  /** Charges the newest slot, so a clock that was set back refunds nothing. Slots older than a window are deleted. */
  private charge(name: string, present: number): void {
    const spent = this.slots.get(name) ?? [];
    const slot = Math.max(present, ...spent);
    this.slots.set(
      name,
      [...spent, slot].filter((each) => slot - each <= SLOTS),
    );
  }
}

const LIMITS = fc.array(fc.record({ most: fc.integer({ min: 1, max: 4 }), slotMs: fc.constantFrom(1, 7, 50, 1_000) }), {
  minLength: 4,
  maxLength: 4,
});

const STEPS = fc.array(
  fc.record({
    byMs: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 4_000 })),
    isBack: fc.boolean(),
    chosen: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
    hasMemo: fc.boolean(),
  }),
  { minLength: 25, maxLength: 60 },
);
const RUNS = 15;

describe('budgets', () => {
  let stage: Stage;
  let tenantId: string;
  const connections: pg.Client[] = [];

  beforeAll(async () => {
    stage = await Stage.open();
    tenantId = (await PhoneDesk.of(stage)).tenantId;
    for (let opened = 0; opened < 8; opened += 1) {
      const connection = new pg.Client({ connectionString: stage.service.databaseUrl });
      await connection.connect();
      await connection.query('SET ROLE countersign_service');
      connections.push(connection);
    }
  });
  afterAll(async () => {
    await Promise.all(connections.map((connection) => connection.end()));
    await stage.stop();
  });

  async function spend({ keys, limits, nowMs, hasMemo = false }: Spending, connection = connections[0]) {
    const text =
      'SELECT spend_budgets($1::uuid, $2::bytea[], $3::int[], $4::bigint[], $5::bigint, $6::boolean) AS wait';
    const [most, slots] = [limits.map((limit) => limit.most), limits.map(({ slotMs }) => slotMs)];
    const values = [tenantId, keys, most, slots, nowMs, hasMemo];
    const answer = await (connection as pg.Client).query<{ wait: string }>(text, values);
    // As the service does after each.
    await connection?.query(SWEEP.text, [tenantId, nowMs]);
    return Number(answer.rows[0]?.wait);
  }

  /** The answer that a spending would get, without leaving anything behind. */
  async function tried(spending: Spending): Promise<number> {
    await connections[0]?.query('BEGIN');
    const answer = await spend(spending);
    await connections[0]?.query('ROLLBACK');
    return answer;
  }

  /** Each try leaves a dead row, and the test server runs no autovacuum. */
  const tidied = () => stage.service.sql('VACUUM budgets');
  const newKeys = (count: number) => Array.from({ length: count }, () => randomBytes(32));
  const one = (key: Buffer, limit: Limit, nowMs: number): Spending => ({ keys: [key], limits: [limit], nowMs });

  /** The answer of the database, which equals the answer of the model. A wait is neither longer nor shorter than needed. */
  async function agreed(model: Model, spending: Spending): Promise<number> {
    const waitMs = await spend(spending);
    expect(waitMs).toBe(model.spend(spending));
    const at = (afterMs: number) => tried({ ...spending, nowMs: spending.nowMs + afterMs });
    if (waitMs > 1) expect(await at(waitMs - 1)).toBe(1);
    if (waitMs > 0) expect(await at(waitMs)).toBe(0);
    return waitMs;
  }

  /** No window holds more, at any start. */
  function expectWithin({ most, slotMs }: Limit, times: readonly number[]): void {
    for (const from of times)
      expect(times.filter((at) => at >= from && at < from + SLOTS * slotMs).length).toBeLessThanOrEqual(most);
  }

  it('agree with the model for any sets, while the clock goes forward and rows are swept', async () => {
    const runs = fc.asyncProperty(LIMITS, STEPS, async (limits, steps) => {
      const [keys, model, spent] = [newKeys(4), new Model(), limits.map(() => [] as number[])];
      let nowMs = BASE;
      for (const { byMs, chosen, hasMemo } of steps) {
        nowMs += byMs;
        const pick = <Each>(each: readonly Each[]) => chosen.map((which) => each[which] as Each);
        const before = model.spendings;
        await agreed(model, { keys: pick(keys), limits: pick(limits), nowMs, hasMemo });
        if (model.spendings > before) for (const which of chosen) spent[which]?.push(nowMs);
      }
      limits.forEach((limit, which) => expectWithin(limit, spent[which] ?? []));
      await tidied();
    });
    await fc.assert(runs, { numRuns: RUNS });
  });

  // Here each spending names all budgets, so that no row is swept. The test "are not given back by a sweep" covers
  // sweeps.
  it('agree with the model while the clock goes forward and back: nothing is refunded', async () => {
    const runs = fc.asyncProperty(LIMITS, STEPS, async (limits, steps) => {
      const [keys, model, spent] = [newKeys(4), new Model(), [] as number[]];
      let nowMs = BASE;
      for (const { byMs, isBack, hasMemo } of steps) {
        nowMs += isBack ? -byMs : byMs;
        const before = model.spendings;
        await agreed(model, { keys, limits, nowMs, hasMemo });
        if (model.spendings > before) spent.push(Math.max(nowMs, ...spent));
      }
      for (const limit of limits) expectWithin(limit, spent);
      await tidied();
    });
    await fc.assert(runs, { numRuns: RUNS });
  });

  it('are spent all or none: if one is used up, the others are not charged', async () => {
    const [small = randomBytes(32), large = randomBytes(32)] = newKeys(2);
    const [single, five] = [
      { most: 1, slotMs: 100 },
      { most: 5, slotMs: 100 },
    ];
    const both = { keys: [large, small], limits: [five, single], nowMs: BASE };
    const waits: number[] = [];
    for (let asked = 0; asked < 20; asked += 1) waits.push(await spend(both));
    expect(tally(waits)).toEqual({ 0: 1, [(SLOTS + 1) * 100]: 19 });
    const rest: number[] = [];
    for (let asked = 0; asked < 5; asked += 1) rest.push(await spend(one(large, five, BASE)));
    expect(rest.filter((waitMs) => waitMs === 0)).toHaveLength(4);
  });

  it('are not refunded by a sweep after the clock was set back', async () => {
    const [key = randomBytes(32), other = randomBytes(32)] = newKeys(2);
    const limit = { most: 5, slotMs: 1_000 };
    for (let spent = 0; spent < 4; spent += 1) expect(await spend(one(key, limit, BASE))).toBe(0);
    expect(await spend(one(key, limit, BASE - 60_000))).toBe(0);
    expect(await spend(one(other, limit, BASE))).toBe(0);
    expect(await spend(one(key, limit, BASE))).toBeGreaterThan(0);
  });

  it('are swept after they expire, a few with each spending, and not before', async () => {
    await connections[0]?.query('DELETE FROM budgets');
    const limit = { most: 5, slotMs: 1_000 };
    const rows = async () => (await connections[0]?.query('SELECT key FROM budgets'))?.rowCount;
    const kept = one(randomBytes(32), limit, BASE);
    for (const key of newKeys(20)) expect(await spend(one(key, limit, BASE))).toBe(0);
    const overMs = BASE + (SLOTS + 1) * 1_000 + 5 * 60_000;
    await spend({ ...kept, nowMs: overMs });
    expect(await rows()).toBe(21);
    for (const left of [13, 5, 1, 1]) {
      await spend({ ...kept, nowMs: overMs + 1 });
      expect(await rows()).toBe(left);
    }
  });

  it('hold for 200 parallel calls over four connections, and the announced wait is right', async () => {
    const [limit, key] = [{ most: 37, slotMs: 3_600_000 }, randomBytes(32)];
    const burst = async (nowMs: number) => {
      const waits: number[] = [];
      const some = async (connection: pg.Client) => {
        for (let asked = 0; asked < 50; asked += 1) waits.push(await spend(one(key, limit, nowMs), connection));
      };
      await Promise.all(connections.slice(0, 4).map(some));
      return waits;
    };
    const first = tally(await burst(BASE));
    const waitMs = (Math.floor(BASE / limit.slotMs) + SLOTS + 1) * limit.slotMs - BASE;
    expect(first).toEqual({ 0: 37, [waitMs]: 163 });
    expect(tally(await burst(BASE + waitMs - 1))).toEqual({ 1: 200 });
    expect(tally(await burst(BASE + waitMs))[0]).toBe(37);
  });

  it('never deadlock, in any order of names, beside new and swept rows', async () => {
    const [keys, limit] = [newKeys(8), { most: 3, slotMs: 20 }];
    const failures: string[] = [];
    const turn = async (connection: pg.Client, round: number) => {
      for (let asked = 0; asked < 10; asked += 1) {
        const order = [...keys].sort(() => randomBytes(1).readInt8()).slice(0, 1 + (asked % 6));
        const spending = {
          keys: order,
          limits: order.map(() => limit),
          nowMs: BASE + round * 1_400 + (asked % 2) * 700,
        };
        await spend(spending, connection).catch((error: unknown) => failures.push(String(error)));
      }
    };
    for (let round = 0; round < 8; round += 1) await Promise.all(connections.map((each) => turn(each, round)));
    expect(failures).toEqual([]);
  });
});
