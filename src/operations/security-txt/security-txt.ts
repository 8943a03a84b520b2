import { Inject, Injectable } from '@nestjs/common';
import { Clock, dateAt } from '../../platform/clock/clock.js';
import { SETTINGS, type Settings } from '../../platform/config/settings.js';
import { Problem } from '../../platform/errors/problem.js';
import { ISSUER } from '../../signing/issuer.js';

// RFC 9116 §2.5.5 recommends less than a year.
const VALID_MS = 180 * 24 * 3_600_000;

@Injectable()
export class SecurityTxt {
  constructor(
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(ISSUER) private readonly issuer: string,
  ) {}

  /** @throws Problem `not_found` if no contact is set: a wrong address would be worse than none. */
  show(): string {
    const contact = this.settings.SECURITY_CONTACT;
    if (contact === undefined) throw new Problem('not_found');
    const expires = dateAt(this.clock.nowMs() + VALID_MS).toISOString();
    const canonical = `${this.issuer}/.well-known/security.txt`;
    return [
      `Contact: ${contact}`,
      `Expires: ${expires}`,
      'Preferred-Languages: en',
      `Canonical: ${canonical}`,
      '',
    ].join('\n');
  }
}
