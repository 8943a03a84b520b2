// The operator's commands for the whole installation.
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
      'Applies the migrations of this build, as the owner of the tables (MIGRATION_DATABASE_URL). Run it ' +
      'once before the new build serves; the old build can keep serving meanwhile. Idempotent.',
    options: [],
    plan: () => 'apply the missing migrations, and grant the role of the service its rights',
    applyAsOwner: async (open) => ({ ...(await migrate(open)) }),
  },
  restore: {
    usage: '--reason REASON',
    explains:
      'Starts a new epoch. Run it after a dump was restored, or after a failover to a standby that lagged. ' +
      'All tokens and assertions are void. Used codes stay used, and each user has few wrong codes left. ' +
      'Prints what it cannot know.',
    options: ['reason'],
    plan: ({ reason }) =>
      `void all tokens and assertions, refuse codes for 90 seconds and start a new epoch, because: ${reason}`,
    look: async (app) => ({ ...(await lookBeforeRestore(partsOf(app))) }),
    apply: async (app, { reason = '' }) => restore(partsOf(app), reason),
  },
  'marks trust': {
    usage: '',
    explains: 'Confirms on a new host that the database is up to date. Run it if HIGH_WATER_DIR is empty.',
    options: [],
    plan: () => 'write a high-water mark of the present database to HIGH_WATER_DIR',
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
