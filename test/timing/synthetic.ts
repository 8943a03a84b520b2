// Synthetic times for the specs of the statistics: distributed like times of a busy server, and equal in every run.

/** Uniform in [0, 1), from a seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Log-normal with a median of 1,000 µs; one in fifty waits for the disk and takes some milliseconds more. */
export function syntheticTimes(count: number, seed: number): Float64Array {
  const random = generator(seed);
  // Box and Muller.
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Float64Array.from(
    { length: count },
    () => 1_000 * Math.exp(0.25 * normal()) + (random() < 0.02 ? 8_000 * random() : 0),
  );
}

export function shifted(times: Float64Array, by: number): Float64Array {
  return times.map((time) => time + by);
}
