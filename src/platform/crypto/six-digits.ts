/** Six digits for a person to compare or type, of 32 random bytes: 48 bits of them, so that no code is likelier than another by more than 4 in 10^9. */
export function sixDigits(bytes: Buffer): string {
  return String(bytes.readUIntBE(0, 6) % 1_000_000).padStart(6, '0');
}
