// Why the embedded database cannot run, each as a whole sentence for the operator: print the message and exit. The
// cause helps to debug this folder.

export type EmbeddedDatabaseFault =
  | 'in_use'
  | 'no_binary'
  | 'unusable_folder'
  | 'disk_full'
  | 'data_lost'
  | 'wrong_owner'
  | 'wrong_version'
  | 'not_started'
  | 'ended';

export class EmbeddedDatabaseError extends Error {
  override readonly name = 'EmbeddedDatabaseError';

  constructor(
    readonly fault: EmbeddedDatabaseFault,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

const OTHERWISE = 'name another folder in DATA_DIR, or set DATABASE_URL to a PostgreSQL server';

/** Turns an error of the file system into a sentence about `folder`. Returns any other error unchanged. */
export function asFolderError(error: unknown, folder: string): unknown {
  if (typeof error !== 'object' || error === null || !('syscall' in error)) return error;
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(folder, error);
  return new EmbeddedDatabaseError('unusable_folder', `${complaint(code, folder)}: ${OTHERWISE}.`, error);
}

export function diskFull(folder: string, cause?: unknown): EmbeddedDatabaseError {
  const sentence = `The disk that holds ${folder} is full: free some space (an empty database takes about 50 MB), or ${OTHERWISE}.`;
  return new EmbeddedDatabaseError('disk_full', sentence, cause);
}

/** The `code` of a system error, such as `EACCES`. */
export function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

function complaint(code: string | undefined, folder: string): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `This user may not write in ${folder}`;
    case 'EROFS':
      return `${folder} is on a read-only file system`;
    case 'ENOTDIR':
    case 'EEXIST':
      return `${folder} cannot be a folder, because there is a file of that name`;
    default:
      return `${folder} cannot hold the embedded database (${code ?? 'unexpected failure'})`;
  }
}
