// Remembers tokens whose signature was right, by hash, so that the dear part (0.2 ms) is paid once a token. What can
// change is checked at each use: the time, whether the client was suspended, and the proof of a bound token.
import { Injectable } from '@nestjs/common';
import { hashToken } from '../../platform/crypto/token.js';
import type { JudgedToken } from '../../tenants/tokens/access-token.policy.js';

// Tokens live five minutes; about 6 MB.
const MAX_TOKENS = 10_000;

@Injectable()
export class VerifiedTokens {
  private readonly tokens = new Map<string, JudgedToken>();

  recall(token: string): JudgedToken | undefined {
    return this.tokens.get(keyOf(token));
  }

  remember(token: string, judged: JudgedToken): void {
    this.tokens.set(keyOf(token), judged);
    const [oldest] = this.tokens.size > MAX_TOKENS ? this.tokens.keys() : [];
    if (oldest !== undefined) this.tokens.delete(oldest);
  }
}

function keyOf(token: string): string {
  return hashToken(token).toString('latin1');
}
