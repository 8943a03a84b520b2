import { Injectable } from '@nestjs/common';
import { NumberFacts } from '../abuse/number-facts.js';

/** Look-ups and the detector use the same condition for a registered number. */
@Injectable()
export class ConfirmedNumbers extends NumberFacts {
  readonly isKnown = `
      EXISTS (
        SELECT FROM phones WHERE phones.tenant_id = asked.tenant_id AND phones.number_index = asked.number_index
          AND (asked.user_id = '' OR phones.user_id = asked.user_id))`;
}
