/**
 * The meaning of a provider's answer. A refusal concerns this message, such as a number that accepts none. A failure
 * concerns the provider. Only failures open the circuit breaker. Otherwise an attacker with a few such numbers could
 * block the codes of a tenant's other users.
 */
import type { z } from 'zod';

const TIMEOUT = 408;
const TOO_MANY = 429;

/** The provider failed, or its answer was not understood. Quotes nothing of the answer. */
export class ProviderFailed extends Error {
  override readonly name = 'ProviderFailed';

  constructor() {
    super('a provider failed');
  }
}

/**
 * True: accepted (2xx). False: refused (4xx, except those that ask to wait).
 * @throws ProviderFailed for every other status.
 */
export function isTaken(status: number): boolean {
  if (status >= 200 && status < 300) return true;
  if (status >= 400 && status < 500 && status !== TIMEOUT && status !== TOO_MANY) return false;
  throw new ProviderFailed();
}

/** @throws ProviderFailed if it is not JSON of this shape. */
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
