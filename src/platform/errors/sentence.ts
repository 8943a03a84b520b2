// What the operator sees when a program ends: one sentence if they can mend the cause, otherwise the stack.

const FOR_PEOPLE = [
  'OperatorError',
  'SettingsError',
  'EmbeddedDatabaseError',
  'MigrationError',
  'KeyRingError',
  'ContractError',
];

const FOREIGN_RING =
  'The key ring (KEY_RING, or key-ring.json in DATA_DIR) cannot open this database. It belongs to ' +
  'another installation, or a key was removed from it.';

export function sentenceFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, address, port } = error as { code?: string; address?: string; port?: number };
  if (code === 'EADDRINUSE')
    return `${address}:${port} is in use: stop the program that uses it, or set PORT to another port.`;
  if (code === 'EACCES') return `This user may not listen on port ${port}: set PORT to one above 1023.`;
  if (code === 'EADDRNOTAVAIL') return `${address} is not an address of this machine: set HOST to an address of it.`;
  if (error.name === 'SealBroken') return FOREIGN_RING;
  return FOR_PEOPLE.includes(error.name) ? error.message : (error.stack ?? error.message);
}
