// Device cookies as OWASP describes them: a browser in which the user proved themselves carries a token, and tries with it
// have a budget of their own. The token proves nothing by itself. Its hash stands in the user's row (R-02: the attempt
// statement knows, renews and voids it), so it is bound to tenant and user.
import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { hashToken, isWellFormedToken, mintToken } from '../../platform/crypto/token.js';
import type { BrowserChange } from '../attempts/attempts.js';
import type { EndUser } from './end-user.dto.js';

const PREFIX = 'btk';
/** How long a browser is known without a success in it. */
const LIFE_MS = 90 * 86_400_000;

/** What a request says of its browser, and the token that a success is answered with. */
export interface BrowserPass {
  readonly change: BrowserChange;
  readonly token: string;
}

@Injectable()
export class BrowserTokens {
  constructor(private readonly clock: Clock) {}

  /** Undefined where the request speaks of no browser. */
  passFor(endUser: EndUser | undefined): BrowserPass | undefined {
    const { browserToken, rememberBrowser = false } = endUser ?? {};
    if (browserToken === undefined && !rememberBrowser) return undefined;
    const token = mintToken(PREFIX);
    const change = { presented: knownForm(browserToken), next: keyOf(token), until: this.clock.nowMs() + LIFE_MS };
    return { change, token };
  }
}

/** A cookie can be anything: what is no token of ours is no token, and no reason to keep the owner out. */
function knownForm(token: string | undefined): string | null {
  return token !== undefined && isWellFormedToken(PREFIX, token) ? keyOf(token) : null;
}

function keyOf(token: string): string {
  return hashToken(token).toString('hex');
}
