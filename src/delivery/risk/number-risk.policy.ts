/**
 * Decides whether a code may be sent to a number, by the facts of a provider. Pure; never throws. A line that accepts
 * no texts, or whose caller pays, gets no code under any setting. A change of SIM card or provider is recent for the
 * tenant's number of days, and also if it lies in the future. Missing facts (no answer, no field, an unknown date or
 * line type) count as "unknown"; null is the same as an absent field. If several rules match, the strictest counts, so
 * more facts never loosen the result.
 */
import { z } from 'zod';
import type { PhoneSettings, RiskAnswer } from '../../phones/settings/phone-settings.policy.js';

const DAY_MS = 86_400_000;

/** The line types of Twilio's Lookup; `voip` for both kinds of it. */
const TAKES_TEXTS = ['mobile', 'voip', 'fixedVoip', 'nonFixedVoip', 'personal'] as const;
const TAKES_NONE = ['landline', 'tollFree', 'premium', 'sharedCost', 'uan', 'voicemail', 'pager'] as const;

const unreadable = z.unknown().transform(() => 'unreadable' as const);
// RFC 3339 with an offset. Any other date is unknown.
const change = z.iso.datetime({ offset: true }).pipe(z.coerce.date()).nullish().or(unreadable);

/** The fields that are read from a provider's answer. Others are ignored. */
export const carrierFactsSchema = z.object({
  simChangedAt: change,
  portedAt: change,
  lineType: z
    .enum([...TAKES_TEXTS, ...TAKES_NONE])
    .nullish()
    .or(unreadable),
});
export type CarrierFacts = z.infer<typeof carrierFactsSchema>;

export type RiskSettings = Pick<PhoneSettings, 'riskUnknown' | 'riskRecent' | 'riskRecentDays'>;

export interface RiskRefusal {
  readonly withheld: 'number_at_risk' | 'number_unknown';
  readonly demand: Exclude<RiskAnswer, 'send'>;
}
export type RiskVerdict = 'send' | RiskRefusal;

/** `facts` is null if the provider gave none. */
export function assessNumber(facts: CarrierFacts | null, settings: RiskSettings, nowMs: number): RiskVerdict {
  const known = facts ?? {};
  const changes = [known.simChangedAt, known.portedAt];
  const from = nowMs - settings.riskRecentDays * DAY_MS;
  const isRecent = changes.some((at) => at instanceof Date && at.getTime() > from);
  const said = [...changes, known.lineType].filter((fact) => fact !== undefined && fact !== null);
  const isUnknown = said.length === 0 || said.includes('unreadable');
  const demands = [
    isOneOf(TAKES_NONE, known.lineType) ? demanded('number_at_risk', 'refuse') : 'send',
    isRecent ? demanded('number_at_risk', settings.riskRecent) : 'send',
    isUnknown ? demanded('number_unknown', settings.riskUnknown) : 'send',
  ] as const;
  return strictest(demands);
}

function demanded(withheld: RiskRefusal['withheld'], demand: RiskAnswer): RiskVerdict {
  return demand === 'send' ? 'send' : { withheld, demand };
}

/** The first of equals. */
function strictest(verdicts: readonly RiskVerdict[]): RiskVerdict {
  const held = verdicts.filter((verdict) => verdict !== 'send');
  return held.find(({ demand }) => demand === 'refuse') ?? held[0] ?? 'send';
}

function isOneOf(words: readonly string[], word: unknown): boolean {
  return typeof word === 'string' && words.includes(word);
}
