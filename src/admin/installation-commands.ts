// The operator's commands for the installation as a whole.
import { migrate } from '../platform/open.js';
import type { OwnerCommand } from './command.js';

export const INSTALLATION_COMMANDS = {
  migrate: {
    usage: '',
    explains:
      'Brings the database to the structure of this build, as the owner of the tables (MIGRATION_DATABASE_URL). Run it once before the new ' +
      'build serves; the old one may go on meanwhile. Running it again changes nothing.',
    options: [],
    plan: () => 'apply the migrations that the database lacks, and give the role of the service its rights',
    applyAsOwner: async (open) => ({ ...(await migrate(open)) }),
  },
} as const satisfies Readonly<Record<string, OwnerCommand>>;
