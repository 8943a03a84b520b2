// The arguments of `npm run lab --`.
import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { DAYS } from './timeline/timeline.js';

export interface Wishes {
  /** Empty: all attacks. */
  readonly names: readonly string[];
  readonly seed: string;
  readonly days: number;
  readonly isFull: boolean;
  readonly isList: boolean;
  readonly out: string;
}

const SEED = '2024';

/** @throws Error with a sentence for the person at the terminal. */
export function wishesFrom(args: readonly string[], known: readonly string[], root: string): Wishes {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: SEED },
      days: { type: 'string', default: String(DAYS) },
      full: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      out: { type: 'string', default: 'lab/report' },
    },
  });
  const stranger = positionals.find((name) => !known.includes(name));
  if (stranger !== undefined) throw new Error(`There is no attack “${stranger}”. There are: ${known.join(', ')}.`);
  const days = Number(values.days);
  if (!Number.isInteger(days) || days < 1 || days > DAYS)
    throw new Error(`--days takes a whole number from 1 to ${DAYS}.`);
  const { seed, full, list, out } = values;
  return { names: positionals, seed, days, isFull: full, isList: list, out: resolve(root, out) };
}
