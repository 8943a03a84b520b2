/** Decodes the protected header of a compact JWS (RFC 7515 §7.1). Do not trust it before the signature is verified. */
import { z } from 'zod';

const Header = z.object({ typ: z.string(), alg: z.string(), kid: z.string().max(128), crit: z.unknown().optional() });

export function readHeader(token: string): z.infer<typeof Header> | null {
  try {
    const [encoded = ''] = token.split('.');
    return Header.safeParse(JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}
