// The operator's commands for signing keys and the key ring. Long ones print their progress.
import type { INestApplicationContext } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { KeyRing } from '../platform/crypto/key-ring.js';
import { Database } from '../platform/database/database.js';
import { BINDING_NAMES } from '../platform/keys/bindings.js';
import { BoundRows } from '../platform/keys/bound-rows.js';
import { RowBinder } from '../platform/keys/row-binder.js';
import { KeyChecks } from '../platform/keys/key-checks.js';
import { SEALED_COLUMNS } from '../platform/keys/sealed-columns.js';
import { SealedRows } from '../platform/keys/sealed-rows.js';
import { SigningKeys } from '../signing/signing-keys.js';
import type { Command, Options, Outcome } from './command.js';

export const KEY_COMMANDS: Readonly<Record<string, Command>> = {
  'keys rotate': {
    usage: '',
    explains: 'Publishes a new signing key. It signs from ten minutes on.',
    options: [],
    plan: () => 'publish a new signing key and sign with it from ten minutes on',
    apply: async (app) => {
      const { kid, signsFrom } = await app.get(SigningKeys, { strict: false }).rotate();
      return { kid, signsFrom: signsFrom.toISOString() };
    },
  },
  'keys reseal': {
    usage: '',
    explains:
      'Reseals all rows under the active key of the key ring, while the service runs. Can be interrupted ' +
      'and repeated. Without --apply it counts the rows of each key.',
    options: [],
    plan: () => 'reseal every row that another key than the active one sealed',
    look: async (app) => ({ ...(await sealedCounts(rowsOf(app))), ...(await boundCounts(boundOf(app))) }),
    apply: reseal,
  },
  'keys adopt': {
    usage: '',
    explains:
      'Binds the rows that grant access, once after an upgrade, when no older instance runs. From then on, ' +
      'rows that the service did not write are refused.',
    options: [],
    plan: () => 'trust the present rows, bind them, and from then on refuse unbound ones',
    look: async (app) => boundCounts(boundOf(app)),
    apply: async (app, _options, say = () => undefined) => {
      let bound = 0;
      for (const name of BINDING_NAMES) {
        const done = await boundOf(app).adopt(name);
        say(`${name}: ${done} bound`);
        bound += done;
      }
      return { bound };
    },
  },
  'keys retire': {
    usage: '--id KEY',
    explains: 'Checks that no row needs a key, and records that the key ring may lack it.',
    options: ['id'],
    plan: ({ id }) => `retire key "${id}" of the key ring, if no row needs it`,
    apply: async (app, { id = '' }) => {
      await new KeyChecks(app.get(Database), app.get(KeyRing), app.get(Clock), boundOf(app)).retire(id);
      return { id, status: 'retired' };
    },
  },
};

function rowsOf(app: INestApplicationContext): SealedRows {
  return new SealedRows(app.get(Database), app.get(KeyRing));
}

function boundOf(app: INestApplicationContext): BoundRows {
  return new BoundRows(app.get(Database), app.get(KeyRing), app.get(RowBinder), app.get(Clock));
}

async function boundCounts(rows: BoundRows): Promise<Outcome> {
  const counts: Record<string, string> = {};
  for (const name of BINDING_NAMES) counts[`bound ${name}`] = shown(await rows.counts(name));
  return counts;
}

async function sealedCounts(rows: SealedRows): Promise<Outcome> {
  const counts = [...(await rows.counts())].map(([column, byKey]) => [column, shown(byKey)]);
  return Object.fromEntries(counts) as Outcome;
}

/** As `k1: 12, k2: 3`. */
function shown(byKey: ReadonlyMap<string, number>): string {
  return [...byKey].map(([id, count]) => `${id}: ${count}`).join(', ') || 'none';
}

async function reseal(
  app: INestApplicationContext,
  _options: Options,
  say: (line: string) => void = () => undefined,
): Promise<Outcome> {
  const rows = rowsOf(app);
  const totals = { resealed: 0, changed: 0, unopened: 0, rebound: 0, untrusted: 0 };
  for (const column of SEALED_COLUMNS) {
    const name = `${column.table}.${column.column}`;
    const { resealed, changed, unopened } = await rows.reseal(column, (done) => say(`${name}: ${done} resealed`));
    totals.resealed += resealed;
    totals.changed += changed;
    totals.unopened += unopened;
    if (changed + unopened > 0) say(`${name}: ${changed} changed meanwhile, ${unopened} could not be opened`);
  }
  for (const name of BINDING_NAMES) {
    const { bound, untrusted } = await boundOf(app).rebind(name);
    say(`${name}: ${bound} bound again, ${untrusted} not trusted`);
    totals.rebound += bound;
    totals.untrusted += untrusted;
  }
  return { activeKey: app.get(KeyRing).activeId, ...totals };
}
