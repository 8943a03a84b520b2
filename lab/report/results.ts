// The results of a run of the lab: the content of report.json, and the source of the table and the page.
import { holds, type Finding } from '../attack.js';
import type { Reckoned } from '../scoring/reckoned.js';
import { isFound, TITLES } from '../timeline/lists.js';
import { TENANT_A_DAY, type Cell } from '../timeline/matrix.js';
import type { Month } from '../timeline/month.js';

/**
 * At most this many registered numbers may be confirmed before the end, nineteen times in twenty, for lists that the
 * detector has to find.
 */
export const MOST_EXPOSED = 500;
/** Mistaken stops in a thousand days of an honest tenant of which 95 % of the numbers are known. */
const MOST_FALSE = 1;
const HONEST_RATE = 0.95;
/** A shorter month ends before every thief was active. */
const STOPPED_WITHIN_DAYS = 7;
/** The bound is for ten stolen credentials. */
const CREDENTIALS = 10;

export interface Attacked {
  readonly name: string;
  readonly title: string;
  readonly story: string;
  readonly seconds: number;
  readonly findings: readonly Finding[];
}

export interface Results {
  readonly seed: string;
  readonly isFull: boolean;
  readonly machine: string;
  readonly seconds: number;
  readonly attacks: readonly Attacked[];
  readonly month: Month | null;
  readonly reckoned: readonly Reckoned[];
}

/** A bound, and whether it held. */
export interface Verdict {
  readonly words: string;
  readonly isHeld: boolean;
}

export function verdicts({ attacks, month, reckoned }: Results): Verdict[] {
  const ofAttacks = attacks.flatMap(({ title, findings }) =>
    findings
      .filter((finding) => finding.bound !== null)
      .map((finding) => ({
        words: `${title}, ${finding.way}: ${figure(finding.gained)} ${finding.unit}, at most ${figure(finding.bound ?? 0)}`,
        isHeld: holds(finding),
      })),
  );
  return [...ofAttacks, ...(month === null ? [] : verdictsOfMonth(month, reckoned))];
}

function verdictsOfMonth({ cells, honest, days }: Month, reckoned: readonly Reckoned[]): Verdict[] {
  const found = cells.filter(({ strategy, credentials }) => isFound(strategy) && credentials === CREDENTIALS);
  const worst = worstOf(found);
  const atRate = reckoned.find(({ hitRate }) => hitRate === HONEST_RATE);
  return [
    {
      words: `answered numbers within the documented limits in all ${cells.length} cells, and within ${figure(TENANT_A_DAY * days)} in the month`,
      isHeld: cells.every(
        ({ isWithinBudget, answered }) => isWithinBudget && answered.most <= TENANT_A_DAY * (days + 1),
      ),
    },
    {
      words: `ten credentials, at most half of the list registered: ${figure(worst.exposed.p95)} numbers exposed at the 95th percentile of the worst cell (${nameOf(worst)}), at most ${MOST_EXPOSED}`,
      isHeld: worst.exposed.p95 <= MOST_EXPOSED && (days < STOPPED_WITHIN_DAYS || found.every(isStopped)),
    },
    {
      words: `honest tenants with 95 % known numbers: stopped ${(atRate?.perThousandDays ?? NaN).toFixed(3)} times in a thousand days at the limit, at most ${MOST_FALSE}`,
      isHeld: (atRate?.perThousandDays ?? Infinity) <= MOST_FALSE,
    },
    { words: `${honest.canaryAlerts} alerts of canaries in honest traffic`, isHeld: honest.canaryAlerts === 0 },
    {
      words: `${honest.harvestAlerts} alerts of harvested user ids in honest traffic, with ${figure(honest.signIns.givenUp)} abandoned sign-ins, ${figure(honest.signIns.without)} sign-ins without a second factor, ${figure(honest.backOffice.asked)} back-office queries, ${honest.backOffice.refused} refused`,
      isHeld: honest.harvestAlerts === 0 && isAnswered(honest.backOffice),
    },
    { words: `${honest.guessAlerts} alerts of guessed codes in honest traffic`, isHeld: honest.guessAlerts === 0 },
    {
      words: `${figure(honest.signIns.approved)} sign-ins approved and ${figure(honest.signIns.mistyped)} mistyped, ${honest.signIns.wrongly} wrongly`,
      isHeld: honest.signIns.wrongly === 0,
    },
  ];
}

/** A back office without queries proves nothing. */
function isAnswered({ asked, refused }: Month['honest']['backOffice']): boolean {
  return asked > 0 && refused === 0;
}

function isStopped({ stopped, runs }: Cell): boolean {
  return stopped === runs;
}

/** The cell whose thief gained most. */
export function worstOf(cells: readonly Cell[]): Cell {
  return cells.reduce((worst, cell) => (cell.exposed.p95 > worst.exposed.p95 ? cell : worst));
}

export function nameOf({ strategy, perHour, credentials }: Cell): string {
  return `${TITLES[strategy]}, ${figure(perHour)} an hour with each of ${credentials}`;
}

export function figure(value: number): string {
  return value.toLocaleString('en-GB');
}
