// Device cookies of OWASP: a browser with an earlier success has a token, and tries with it have their own lock. The
// token proves nothing by itself. Its hash is in the user's row, so it is bound to tenant and user (R-02: the attempt
// statement checks, renews and voids it).
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { hashToken, isWellFormedToken, mintToken } from '../../platform/crypto/token.js';
import type { BrowserChange } from '../attempts/attempts.js';
import type { EndUser } from './end-user.dto.js';

const PREFIX = 'btk';
/** How long a browser is known without a success. */
const LIFE_MS = 90 * 86_400_000;

/** The browser token of a request, and the one that a success returns. */
export interface BrowserPass {
  readonly change: BrowserChange;
  readonly token: string;
}

@Injectable()
export class BrowserTokens {
  constructor(private readonly clock: Clock) {}

  /** Undefined if the request has no browser. */
  passFor(endUser: EndUser | undefined): BrowserPass | undefined {
    const { browserToken, rememberBrowser = false } = endUser ?? {};
    if (browserToken === undefined && !rememberBrowser) return undefined;
    const token = mintToken(PREFIX);
    const change = { presented: knownForm(browserToken), next: keyOf(token), until: this.clock.nowMs() + LIFE_MS };
    return { change, token };
  }
}

/** A cookie can hold anything. An invalid token counts as none, and does not lock the owner out. */
function knownForm(token: string | undefined): string | null {
  return token !== undefined && isWellFormedToken(PREFIX, token) ? keyOf(token) : null;
}

function keyOf(token: string): string {
  return hashToken(token).toString('hex');
}
