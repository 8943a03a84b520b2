// Parallel requests over several instances, and how many of them a throttle may have accepted.
import { call, type Answer, type Wish } from './api.js';

export const WINDOW_MS = 60_000;

export interface Burst {
  readonly answers: readonly Answer[];
  /** Answers other than 429. */
  readonly passed: number;
  /** Allowed above the limit, for the refill during the burst: limit · t / 60 s (docs/limits.md). */
  readonly tolerance: number;
  readonly tookMs: number;
}

export interface BurstOptions {
  readonly urls: readonly string[];
  readonly count: number;
  readonly limit: number;
}

/** All in parallel, in turn over the instances. */
export async function burst({ urls, count, limit }: BurstOptions, wish: (index: number) => Wish): Promise<Burst> {
  const began = performance.now();
  const answers = await Promise.all(
    Array.from({ length: count }, (_none, index) => call(urls[index % urls.length] ?? '', wish(index))),
  );
  const tookMs = performance.now() - began;
  const passed = answers.filter(({ status }) => status !== 429).length;
  return { answers, passed, tolerance: Math.floor((limit * tookMs) / WINDOW_MS), tookMs };
}

/** Prints the measurement. */
export function tell(what: string, { answers, passed, tolerance, tookMs }: Burst, limit: number): void {
  const figures = `${passed} of ${answers.length} answered, limit ${limit}, tolerance ${tolerance}`;
  process.stderr.write(`${what}: ${figures}, ${Math.round(tookMs)} ms\n`);
}

/** `q` of an item of RateLimit-Policy: the limit of this count. */
export function quotaIn({ headers }: Answer, name: string): number {
  return Number(new RegExp(`"${name}";q=(\\d+);w=60`).exec(String(headers['ratelimit-policy']))?.[1]);
}
