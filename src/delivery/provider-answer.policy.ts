/**
 * What the answer of somebody else's server says. A refusal is about this message (a number that takes none), a failure about whoever was
 * asked: only failures lead to a rest, or whoever has a few such numbers could keep a tenant's other users from their codes.
 */
import type { z } from 'zod';

const TIMEOUT = 408;
const TOO_MANY = 429;

/** Whoever was asked did not do their part, or said what nobody understands. Holds nothing of what was said. */
export class ProviderFailed extends Error {
  override readonly name = 'ProviderFailed';

  constructor() {
    super('a provider failed');
  }
}

/** True: taken (2xx). False: refused (4xx, but for those that ask to wait). @throws ProviderFailed for every other status. */
export function isTaken(status: number): boolean {
  if (status >= 200 && status < 300) return true;
  if (status >= 400 && status < 500 && status !== TIMEOUT && status !== TOO_MANY) return false;
  throw new ProviderFailed();
}

/** @throws ProviderFailed for what is no JSON, or not of this shape. */
export function readAnswer<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema> {
  const { data } = schema.safeParse(jsonOf(text));
  if (data === undefined) throw new ProviderFailed();
  return data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
