// Sealed and bound values start with a version and the id of their key, so that a row names the key that it needs.

export const KEY_HEAD_VERSION = 1;

/** version | key id's length | key id. */
export function keyHead(keyId: string): Buffer {
  return Buffer.concat([Buffer.from([KEY_HEAD_VERSION, keyId.length]), Buffer.from(keyId, 'latin1')]);
}

/** The key id in the bytes, which the ring may lack. Undefined for bytes without such a head. */
export function keyIdOf(bytes: Uint8Array): string | undefined {
  const end = 2 + (bytes[1] ?? 0);
  if (bytes[0] !== KEY_HEAD_VERSION || bytes.length < end) return undefined;
  return Buffer.from(bytes.subarray(2, end)).toString('latin1');
}
