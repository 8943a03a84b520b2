import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AbuseModule } from '../abuse.module.js';
import { GuessWatch } from '../guessing/guess-watch.js';
import { GuessBaselineRepository } from '../guessing/guess-baseline.repository.js';
import { SignalRepository } from '../guessing/signal.repository.js';
import { HarvestWatch } from '../harvest/harvest-watch.js';
import { LookUpWatch } from './look-up-watch.js';
import { NumberRangeRepository } from './number-range.repository.js';
import { NumberRangeWatch } from './number-range-watch.js';
import { Watches } from './watches.js';

/** The detectors that run with the service. Operators' commands do not need them. */
@Module({})
export class WatchModule {
  /** `numbers`: a module that exports NumberFacts. */
  static over(numbers: Type): DynamicModule {
    return {
      module: WatchModule,
      imports: [AbuseModule, numbers],
      providers: [
        GuessBaselineRepository,
        GuessWatch,
        HarvestWatch,
        LookUpWatch,
        NumberRangeRepository,
        NumberRangeWatch,
        SignalRepository,
        Watches,
      ],
    };
  }
}
