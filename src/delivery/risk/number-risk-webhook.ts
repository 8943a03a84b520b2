// Asks the tenant's backend about a number: a signed request with a JSON answer. Without a URL the code is sent without
// a check.
import { Injectable } from '@nestjs/common';
import type { StoredPhoneSettings } from '../../phones/settings/phone-settings.policy.js';
import { PHONE_SECRETS } from '../../phones/settings/phone-settings.repository.js';
import { Clock } from '../../platform/clock/clock.js';
import { Sealer } from '../../platform/crypto/sealer.js';
import { newUuid, toTypeId } from '../../platform/crypto/type-id.js';
import { Log } from '../../platform/logging/log.js';
import { isTaken, ProviderFailed, readAnswer } from '../provider-answer.policy.js';
import { SignedPosts } from '../signed-posts.js';
import { assessNumber, carrierFactsSchema, type CarrierFacts, type RiskVerdict } from './number-risk.policy.js';
import { NumberRisk, type RiskQuestion } from './number-risk.js';

@Injectable()
export class NumberRiskWebhook extends NumberRisk {
  constructor(
    private readonly clock: Clock,
    private readonly sealer: Sealer,
    private readonly posts: SignedPosts,
    private readonly log: Log,
  ) {
    super();
  }

  async assess(question: RiskQuestion, settings: StoredPhoneSettings): Promise<RiskVerdict> {
    if (settings.riskUrl === null) return 'send';
    try {
      const facts = await this.ask(question, { url: settings.riskUrl, sealed: settings.riskSecret });
      return assessNumber(facts, settings, this.clock.nowMs());
    } catch (error) {
      this.log.warn('the risk of a number could not be read', { tenantId: toTypeId('ten', question.tenantId), error });
      return assessNumber(null, settings, this.clock.nowMs());
    }
  }

  /** Throws if the answer is not valid. */
  private async ask({ tenantId, phoneNumber, purpose }: RiskQuestion, { url, sealed }: Asked): Promise<CarrierFacts> {
    if (sealed === null) throw new Error('BUG: a risk webhook without a secret');
    const secret = this.sealer.open(sealed, { ...PHONE_SECRETS.risk, tenantId, rowId: tenantId });
    // A new id at each try: a receiver that answers each id once would leave a second request without an answer.
    const id = toTypeId('rsk', newUuid(this.clock));
    const data = { phoneNumber, purpose };
    const { status, text } = await this.posts.send({ url, secret, id, type: 'phone.risk', data });
    if (!isTaken(status)) throw new ProviderFailed();
    return readAnswer(text, carrierFactsSchema);
  }
}

interface Asked {
  readonly url: string;
  readonly sealed: Uint8Array | null;
}
