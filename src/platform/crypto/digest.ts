import { hash } from 'node:crypto';
import { framed } from './framing.js';

/** SHA-256 of the text's UTF-8, in base64url: a thumbprint (RFC 7638 §3) or the `ath` of a proof (RFC 9449 §4.2). */
export function sha256Text(text: string): string {
  return hash('sha256', text, 'base64url');
}

/** 32 bytes that identify a list of texts and a purpose. Different lists give different bytes. */
export function digestOf(purpose: string, ...parts: readonly string[]): Buffer {
  return hash('sha256', framed(`countersign:${purpose}:v1`, ...parts), 'buffer');
}
