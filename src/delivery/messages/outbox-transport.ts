// Writes codes to a file, for development: DATA_DIR/outbox.jsonl, one JSON object a line, readable by its owner only.
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { isAllowedIn } from '../../phones/settings/phone-settings.policy.js';
import { Clock } from '../../platform/clock/clock.js';
import { SETTINGS, type Settings } from '../../platform/config/settings.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import type { CodeMessage, MessageTransport } from './message-transport.js';

const FILE = 'outbox.jsonl';

@Injectable()
export class OutboxTransport implements MessageTransport {
  constructor(
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly environment: Pick<Settings, 'NODE_ENV' | 'DATA_DIR'>,
  ) {}

  async deliver(message: CodeMessage): Promise<boolean> {
    const { NODE_ENV, DATA_DIR } = this.environment;
    // SECURITY(T-17): production writes no code to a file, even if the setting was put into the database after the
    // start.
    if (!isAllowedIn(NODE_ENV, { via: 'outbox' })) throw new Error('the outbox is closed in production');
    await mkdir(DATA_DIR, { recursive: true, mode: 0o700 });
    await appendFile(join(DATA_DIR, FILE), `${this.line(message)}\n`, { mode: 0o600 });
    return true;
  }

  private line({ id, tenantId, purpose, phoneNumber, channel, code, text, expiresAt }: CodeMessage): string {
    const at = this.clock.now();
    return JSON.stringify({
      at,
      id,
      tenantId: toTypeId('ten', tenantId),
      purpose,
      phoneNumber,
      channel,
      code,
      text,
      expiresAt,
    });
  }
}
