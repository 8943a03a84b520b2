// The ticket of a recovery: 178 random bits (SP 800-63B-4 §3.1.2 asks for 112 with a fast hash), shown once. The user's
// row holds its hash.
import { hashToken, isWellFormedToken, mintToken } from '../../platform/crypto/token.js';

const PREFIX = 'rtk';

export function mintTicket(): { ticket: string; key: string } {
  const ticket = mintToken(PREFIX);
  return { ticket, key: keyOf(ticket) };
}

/** True for a text with the form of a ticket, valid or not. */
export function looksLikeTicket(text: string): boolean {
  return text.startsWith(`${PREFIX}_`);
}

/** The stored hash. Null for a text that cannot be a ticket. */
export function ticketKey(text: string): string | null {
  return isWellFormedToken(PREFIX, text) ? keyOf(text) : null;
}

function keyOf(ticket: string): string {
  return hashToken(ticket).toString('hex');
}
