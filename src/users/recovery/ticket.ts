// The ticket at the end of a recovery: 178 random bits (SP 800-63B-4 §3.1.2 asks for 112 where a fast hash is kept), shown
// once. The user's row holds its hash.
import { hashToken, isWellFormedToken, mintToken } from '../../platform/crypto/token.js';

const PREFIX = 'rtk';

export function mintTicket(): { ticket: string; key: string } {
  const ticket = mintToken(PREFIX);
  return { ticket, key: keyOf(ticket) };
}

/** True for what was meant as a ticket, whether or not it is one. */
export function looksLikeTicket(text: string): boolean {
  return text.startsWith(`${PREFIX}_`);
}

/** What stands in the row for it; null for a text that no ticket has. */
export function ticketKey(text: string): string | null {
  return isWellFormedToken(PREFIX, text) ? keyOf(text) : null;
}

function keyOf(ticket: string): string {
  return hashToken(ticket).toString('hex');
}
