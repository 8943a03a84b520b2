// Nest's own lines: warnings and errors only. Their text may quote values, so it is left out.
import type { LoggerService } from '@nestjs/common';
import type { Log } from './log.js';

export class QuietNestLogger implements LoggerService {
  constructor(private readonly sink: Log) {}

  log(): void {}

  warn(message: unknown): void {
    this.sink.warn('nest', { error: message });
  }

  error(message: unknown): void {
    this.sink.error('nest', { error: message });
  }
}
