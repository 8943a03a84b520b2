// What every folder may use: clock, settings, crypto, keys, database, errors, log, outgoing requests. It knows no
// factor. It is made before Nest and passed to it.
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Clock } from './clock/clock.js';
import { SETTINGS, type Settings } from './config/settings.js';
import { BlindIndex } from './crypto/blind-index.js';
import { Cursors } from './crypto/cursors.js';
import { KeyRing } from './crypto/key-ring.js';
import { PasswordHash } from './crypto/password-hash.js';
import { Sealer } from './crypto/sealer.js';
import { Database } from './database/database.js';
import { Polls } from './database/polls.js';
import { RowBinder } from './keys/row-binder.js';
import { Log } from './logging/log.js';
import { Outbound } from './outbound/outbound.js';
import { HighWater } from './rollback/high-water.js';

export interface Platform {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly keyRing: KeyRing;
  readonly binder: RowBinder;
  readonly database: Database;
  readonly highWater: HighWater;
  readonly log: Log;
}

@Global()
@Module({})
export class PlatformModule {
  static with({ clock, settings, keyRing, binder, database, highWater, log }: Platform): DynamicModule {
    const providers = [
      { provide: Clock, useValue: clock },
      { provide: SETTINGS, useValue: settings },
      { provide: KeyRing, useValue: keyRing },
      { provide: RowBinder, useValue: binder },
      { provide: Sealer, useValue: new Sealer(keyRing) },
      { provide: PasswordHash, useValue: new PasswordHash() },
      { provide: Cursors, useValue: new Cursors(new Sealer(keyRing)) },
      { provide: BlindIndex, useValue: new BlindIndex(keyRing) },
      { provide: Database, useValue: database },
      Polls,
      { provide: HighWater, useValue: highWater },
      { provide: Log, useValue: log },
      { provide: Outbound, useValue: new Outbound({ allowed: settings.OUTBOUND_ALLOWED_RANGES }) },
    ];
    return { module: PlatformModule, providers, exports: providers };
  }
}
