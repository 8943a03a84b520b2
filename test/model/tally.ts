// How often each kind of command was accepted and refused. A model whose commands are all refused would show nothing.
export class Tally {
  readonly #counts = new Map<string, { accepted: number; refused: number }>();
  runs = 0;

  add(kind: string, isAccepted: boolean): void {
    const counts = this.#counts.get(kind) ?? { accepted: 0, refused: 0 };
    counts[isAccepted ? 'accepted' : 'refused'] += 1;
    this.#counts.set(kind, counts);
  }

  /** The kinds that were accepted less often than `times`. */
  acceptedLessThan(times: number): string[] {
    return [...this.#counts].flatMap(([kind, { accepted }]) => (accepted < times ? [kind] : []));
  }

  get commands(): number {
    return [...this.#counts.values()].reduce((sum, { accepted, refused }) => sum + accepted + refused, 0);
  }

  get text(): string {
    const lines = [...this.#counts].sort(([a], [b]) => a.localeCompare(b));
    return lines
      .map(([kind, { accepted, refused }]) => `  ${kind}: ${accepted} accepted, ${refused} refused`)
      .join('\n');
  }
}
