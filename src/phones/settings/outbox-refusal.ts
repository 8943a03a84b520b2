// SECURITY(T-17): production does not start if a tenant's codes are written to a file.
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../platform/config/settings.js';
import { OperatorError } from '../../platform/errors/operator-error.js';
import { isAllowedIn } from './phone-settings.policy.js';
import { PhoneSettingsRepository } from './phone-settings.repository.js';

@Injectable()
export class OutboxRefusal implements OnApplicationBootstrap {
  constructor(
    private readonly settings: PhoneSettingsRepository,
    @Inject(SETTINGS) private readonly environment: Settings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (isAllowedIn(this.environment.NODE_ENV, { via: 'outbox' }) || !(await this.settings.hasOutbox())) return;
    throw new OperatorError(
      'A tenant sends its codes to a file (outbox), which production refuses: set another transport with ' +
        '`phones set --via`.',
    );
  }
}
