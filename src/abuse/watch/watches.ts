// The detectors, run every second while the service runs.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Log } from '../../platform/logging/log.js';
import { GuessWatch } from '../guessing/guess-watch.js';
import { HarvestWatch } from '../harvest/harvest-watch.js';
import { TenantLoop } from '../tenant-loop.js';
import { LookUpWatch } from './look-up-watch.js';
import { NumberRangeWatch } from './number-range-watch.js';

@Injectable()
export class Watches implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly all: readonly TenantLoop[];

  constructor(lookUps: LookUpWatch, shapes: NumberRangeWatch, guesses: GuessWatch, queries: HarvestWatch, log: Log) {
    this.all = [lookUps, shapes, guesses, queries].map((watch) => new TenantLoop(watch, log));
  }

  onApplicationBootstrap(): void {
    for (const rounds of this.all) rounds.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.all.map((rounds) => rounds.stop()));
  }

  /** One extra round of each. */
  async look(): Promise<void> {
    for (const rounds of this.all) await rounds.now();
  }
}
