// Two worlds side by side, and one sequence of an attacker in both. Each move runs in both at the same time, then the
// views are compared.
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { Attacker } from './attacker.js';
import { LAST_LOOKS } from './moves.js';
import { make, type Move } from './moves/move.js';
import { World, type Tuning } from './world.js';

const DAY = 24 * 60 * 60_000;
/** A multiple of the slots of all windows, so that a sequence meets the same boundaries in every run. */
const PHASE = 30 * DAY;
const SETTLED_AFTER = 31_000;

export class Leak extends Error {
  override readonly name = 'Leak';
}

export class Pair {
  private static count = 0;
  private nowMs = Math.ceil(Date.now() / PHASE) * PHASE;

  private constructor(
    private readonly a: World,
    private readonly b: World,
  ) {}

  static async open(): Promise<Pair> {
    const ring = KeyRing.generate();
    const [a, b] = await Promise.all([World.open('A', ring), World.open('B', ring)]);
    return new Pair(a, b);
  }

  /** Another build of the service over the same two databases. */
  async replace(project: string): Promise<void> {
    await Promise.all([this.a.replace(project), this.b.replace(project)]);
  }

  async stop(): Promise<void> {
    await Promise.all([this.a.stop(), this.b.stop()]);
  }

  /** @throws Leak naming the first move after which the two worlds differ. */
  async compare(tuning: Tuning, moves: readonly Move[]): Promise<void> {
    const [a, b] = await this.begin(tuning);
    try {
      for (const move of moves) await step(a, b, shown(move), (attacker) => make(attacker, move));
      for (const [does, run] of LAST_LOOKS) await step(a, b, `at the end: ${does}`, run);
    } finally {
      this.nowMs = Math.ceil((Math.max(a.nowMs, b.nowMs) + 2 * DAY) / PHASE) * PHASE;
      await Promise.all([this.a.clear(), this.b.clear()]);
    }
  }

  private async begin(tuning: Tuning): Promise<[Attacker, Attacker]> {
    // Different each time: the names of tenants and clients are drawn from it.
    const draw = `sequence ${process.pid} ${(Pair.count += 1)}`;
    const begun = async (world: World) => {
      const scene = await world.plant(tuning, this.nowMs, draw);
      const nowMs = this.nowMs + SETTLED_AFTER;
      return new Attacker(world, scene, tuning.scopes, draw, nowMs);
    };
    return Promise.all([begun(this.a), begun(this.b)]);
  }
}

export function shown([does, about]: Move): string {
  return about === null ? does : `${does} ${JSON.stringify(about)}`;
}

async function step(a: Attacker, b: Attacker, does: string, run: (attacker: Attacker) => Promise<void>): Promise<void> {
  a.seen = [];
  b.seen = [];
  await Promise.all([run(a), run(b)]);
  const place = a.seen.findIndex((seen, index) => seen !== b.seen[index]);
  const at = place === -1 && a.seen.length !== b.seen.length ? a.seen.length : place;
  if (at !== -1) throw new Leak(`after “${does}”\n  A: ${a.seen[at] ?? 'nothing'}\n  B: ${b.seen[at] ?? 'nothing'}`);
  if (a.nowMs !== b.nowMs) throw new Error('BUG: the two worlds are at different times');
}
