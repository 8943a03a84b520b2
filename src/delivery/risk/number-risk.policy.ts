/**
 * Whether a code may go to a number, by what a provider knows of it. A line that takes no texts, or is paid for by whoever calls it, gets
 * none whatever is set. A change of SIM card or provider is recent for the days that the tenant has set, and in the future too. What is
 * not known (no answer, none of the fields, a date or a kind of line that nobody understands) is judged as unknown. Where several hold,
 * the strictest counts: more knowledge never loosens. Pure; never throws. null stands for "not known", as an absent field does.
 */
import { z } from 'zod';
import type { PhoneSettings, RiskAnswer } from '../../phones/settings/phone-settings.policy.js';

const DAY_MS = 86_400_000;

/** The words of Twilio's Lookup, and `voip` for either kind. */
const TAKES_TEXTS = ['mobile', 'voip', 'fixedVoip', 'nonFixedVoip', 'personal'] as const;
const TAKES_NONE = ['landline', 'tollFree', 'premium', 'sharedCost', 'uan', 'voicemail', 'pager'] as const;

const unreadable = z.unknown().transform(() => 'unreadable' as const);
// RFC 3339 with an offset: of any other date nobody knows when it was.
const change = z.iso.datetime({ offset: true }).pipe(z.coerce.date()).nullish().or(unreadable);

/** What a provider's answer may hold. Anything else in it is left alone. */
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

/** `facts` is null where nothing was learnt. */
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

/** Of equals the first. */
function strictest(verdicts: readonly RiskVerdict[]): RiskVerdict {
  const held = verdicts.filter((verdict) => verdict !== 'send');
  return held.find(({ demand }) => demand === 'refuse') ?? held[0] ?? 'send';
}

function isOneOf(words: readonly string[], word: unknown): boolean {
  return typeof word === 'string' && words.includes(word);
}
