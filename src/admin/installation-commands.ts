// The operator's commands for the installation as a whole.
import type { INestApplicationContext } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { migrate } from '../platform/open.js';
import { HighWater } from '../platform/rollback/high-water.js';
import { SigningKeys } from '../signing/signing-keys.js';
import type { Command } from './command.js';
import { lookBeforeRestore, restore, type RestoreParts } from './restore/restore.js';

export const INSTALLATION_COMMANDS: Readonly<Record<string, Command>> = {
  migrate: {
    usage: '',
    explains:
      'Brings the database to the structure of this build, as the owner of the tables (MIGRATION_DATABASE_URL). Run it once before the new ' +
      'build serves; the old one may go on meanwhile. Running it again changes nothing.',
    options: [],
    plan: () => 'apply the migrations that the database lacks, and give the role of the service its rights',
    applyAsOwner: async (open) => ({ ...(await migrate(open)) }),
  },
  restore: {
    usage: '--reason REASON',
    explains:
      'Begins a new epoch. Run it after a dump was restored, or a standby that lagged has taken over: all tokens and assertions are void, ' +
      'used codes stay used, guesses are counted as if most had been made. Says what it cannot know.',
    options: ['reason'],
    plan: ({ reason }) =>
      `void all tokens and assertions, close codes for 90 seconds and begin a new epoch, because: ${reason}`,
    look: async (app) => ({ ...(await lookBeforeRestore(partsOf(app))) }),
    apply: async (app, { reason = '' }) => restore(partsOf(app), reason),
  },
  'marks trust': {
    usage: '',
    explains: 'Says on a new host that the database is as new as it should be. Run it where HIGH_WATER_DIR is empty.',
    options: [],
    plan: () => 'write a high-water mark of the database as it is into HIGH_WATER_DIR',
    apply: async (app) => {
      await app.get(HighWater, { strict: false }).trust();
      return { status: 'trusted' };
    },
  },
};

function partsOf(app: INestApplicationContext): RestoreParts {
  return {
    database: app.get(Database, { strict: false }),
    clock: app.get(Clock, { strict: false }),
    signingKeys: app.get(SigningKeys, { strict: false }),
    highWater: app.get(HighWater, { strict: false }),
  };
}
