// Checks a number before a code is sent to it. The one implementation asks the tenant's backend. Another would be
// another class. The result is for the sending worker only; no client sees it.
import type { StoredPhoneSettings } from '../../phones/settings/phone-settings.policy.js';
import type { CodeMessage } from '../messages/message-transport.js';
import type { RiskVerdict } from './number-risk.policy.js';

export type RiskQuestion = Pick<CodeMessage, 'tenantId' | 'phoneNumber' | 'purpose'>;

export abstract class NumberRisk {
  /** Never throws: missing facts count as unknown. */
  abstract assess(question: RiskQuestion, settings: StoredPhoneSettings): Promise<RiskVerdict>;
}
