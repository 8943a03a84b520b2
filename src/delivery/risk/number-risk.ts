// Asks about a number before a code is sent to it. One way is there: asking the tenant's backend, which may ask its operator or a provider.
// Another would be another class. The answer is for the worker that sends: no caller is told what became of it.
import type { StoredPhoneSettings } from '../../phones/settings/phone-settings.policy.js';
import type { CodeMessage } from '../messages/message-transport.js';
import type { RiskVerdict } from './number-risk.policy.js';

export type RiskQuestion = Pick<CodeMessage, 'tenantId' | 'phoneNumber' | 'purpose'>;

export abstract class NumberRisk {
  /** Never throws: what could not be found out is judged as unknown. */
  abstract assess(question: RiskQuestion, settings: StoredPhoneSettings): Promise<RiskVerdict>;
}
