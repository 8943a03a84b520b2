// What a person sees when a program of ours ends: a sentence for what they can mend, the stack for what they cannot.

const FOR_PEOPLE = [
  'OperatorError',
  'SettingsError',
  'EmbeddedDatabaseError',
  'MigrationError',
  'KeyRingError',
  'ContractError',
];

const FOREIGN_RING =
  'The key ring (KEY_RING, or key-ring.json in DATA_DIR) does not open what this database holds: it is that of another installation, or a key was removed from it.';

export function sentenceFor(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, address, port } = error as { code?: string; address?: string; port?: number };
  if (code === 'EADDRINUSE')
    return `${address}:${port} is in use: stop what listens there, or set PORT to another one.`;
  if (code === 'EACCES') return `This user may not listen on port ${port}: set PORT to one above 1023.`;
  if (code === 'EADDRNOTAVAIL') return `${address} is not an address of this machine: set HOST to one that is.`;
  if (error.name === 'SealBroken') return FOREIGN_RING;
  return FOR_PEOPLE.includes(error.name) ? error.message : (error.stack ?? error.message);
}
