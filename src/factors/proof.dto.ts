// The two forms of a proof in a body, of which it holds one: a code that was typed, or a credential that signed.
import { z } from 'zod';

export function oneProof<Credential extends object>(
  { code, credential }: { code?: string | undefined; credential?: Credential | undefined },
  context: z.core.$RefinementCtx,
): string | Credential {
  const [proof, more] = [code, credential].filter((given) => given !== undefined);
  if (proof !== undefined && more === undefined) return proof;
  context.addIssue('must hold either `code` or `credential`');
  return z.NEVER;
}
