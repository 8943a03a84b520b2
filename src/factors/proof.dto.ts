// The two forms of a proof in a body, exactly one of them: a typed code, or the signature of a credential.
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
