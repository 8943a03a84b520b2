/**
 * Digits for a person to compare or type, from the first 48 bits of 32 random bytes. No code is likelier than another by more
 * than 4 in 10^7.
 */
export function sixDigits(bytes: Buffer): string {
  return digits(bytes, 6);
}

export function eightDigits(bytes: Buffer): string {
  return digits(bytes, 8);
}

function digits(bytes: Buffer, count: number): string {
  return String(bytes.readUIntBE(0, 6) % 10 ** count).padStart(count, '0');
}
