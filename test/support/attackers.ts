// Ten people who guess together over all instances, each try from an address of its own and with a fresh challenge.
// They have a token with `verify`: they know the first factor and use the application's own requests.
import type { Stage } from './stage.js';
import { Wire } from './wire.js';

/** Numbers from 0 to 1, the same for the same seed (mulberry32), so that a simulation can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Guess {
  readonly userId: string;
  readonly code: string;
}

export class Attackers {
  private constructor(
    private readonly stage: Stage,
    private readonly wires: readonly Wire[],
    private readonly random: () => number,
  ) {}

  static async gather(stage: Stage, random: () => number, count = 10): Promise<Attackers> {
    const urls = Array.from({ length: count }, (_none, index) => stage.urls[index % stage.urls.length] ?? '');
    return new Attackers(stage, await Promise.all(urls.map((url) => Wire.open(url))), random);
  }

  get count(): number {
    return this.wires.length;
  }

  /**
   * All people in parallel; each sends one guess after the other, with a challenge opened for it. Resolves with the
   * statuses in order.
   */
  async guess(guesses: readonly Guess[]): Promise<string[]> {
    const statuses: string[] = [];
    const all = this.wires.map(async (wire, first) => {
      for (let index = first; index < guesses.length; index += this.wires.length)
        statuses[index] = await this.guessOn(wire, guesses[index] as Guess);
    });
    await Promise.all(all);
    return statuses;
  }

  disperse(): void {
    for (const wire of this.wires) wire.close();
  }

  private async guessOn(wire: Wire, { userId, code }: Guess): Promise<string> {
    const from = { token: this.stage.token, forwardedFor: this.address() };
    const opened = await wire.send({ ...from, path: `/v1/users/${userId}/challenges`, body: { type: 'totp' } });
    const id = /"id":"(chl_\w+)"/.exec(opened)?.[1] ?? `no challenge: ${opened}`;
    return (await wire.send({ ...from, path: `/v1/challenges/${id}/answer`, body: { code } })).slice(9, 12);
  }

  private address(): string {
    return `203.0.${Math.floor(this.random() * 256)}.${Math.floor(this.random() * 256)}`;
  }
}
