import type { Cell } from '../timeline/matrix.js';
import type { Month } from '../timeline/month.js';
import { verdicts, type Results } from './results.js';

const CELL: Cell = {
  strategy: 'half',
  perHour: 10,
  credentials: 10,
  runs: 4,
  stopped: 4,
  answered: { median: 40, most: 60 },
  exposed: { median: 20, p95: 30 },
  hoursToStop: 5,
  hoursToAlert: 1,
  byDay: [20, 30],
  mostOfClientADay: 60,
  mostOfTenantADay: 60,
  sent: 200,
  unsent: 0,
  isWithinBudget: true,
};
const MONTH: Month = {
  days: 30,
  cells: [CELL],
  honest: {
    months: [],
    signIns: { approved: 10, mistyped: 1, givenUp: 1, without: 5, wrongly: 0 },
    backOffice: { asked: 10, refused: 0 },
    imports: [],
    alerts: {},
    canaryAlerts: 0,
    harvestAlerts: 0,
    guessAlerts: 0,
  },
};
const RESULTS: Results = {
  seed: '1',
  isFull: false,
  machine: 'a machine',
  seconds: 1,
  attacks: [
    {
      name: 'a',
      title: 'A',
      story: '',
      seconds: 1,
      findings: [{ way: 'w', sent: 1, gained: 0, unit: 'codes', bound: 0 }],
    },
  ],
  month: MONTH,
  reckoned: [{ hitRate: 0.95, numbers: 1, stops: 1, perThousandDays: 0.2, atMost: 0.3 }],
};
const missed = (results: Results) => verdicts(results).filter(({ isHeld }) => !isHeld);
const withCell = (cell: Partial<Cell>): Results => ({ ...RESULTS, month: { ...MONTH, cells: [{ ...CELL, ...cell }] } });

describe('the documented bounds', () => {
  it('hold if no finding exceeds its bound', () => {
    expect(missed(RESULTS)).toEqual([]);
  });

  it.each<[string, Results]>([
    [
      'an attack that gained more',
      {
        ...RESULTS,
        attacks: RESULTS.attacks.map((one) => ({
          ...one,
          findings: [{ way: 'w', sent: 1, gained: 1, unit: 'codes', bound: 0 }],
        })),
      },
    ],
    ['a cell beyond the limits', withCell({ isWithinBudget: false })],
    ['more answers than the month has', withCell({ answered: { median: 1, most: 9_301 } })],
    ['more exposed', withCell({ exposed: { median: 1, p95: 501 } })],
    ['a thief that was not stopped', withCell({ stopped: 3 })],
    [
      'honest tenants stopped',
      { ...RESULTS, reckoned: RESULTS.reckoned.map((one) => ({ ...one, perThousandDays: 1.1 })) },
    ],
    ['no reckoning', { ...RESULTS, reckoned: [] }],
    [
      'a back office that asked nothing',
      { ...RESULTS, month: { ...MONTH, honest: { ...MONTH.honest, backOffice: { asked: 0, refused: 0 } } } },
    ],
    ['a canary in honest traffic', { ...RESULTS, month: { ...MONTH, honest: { ...MONTH.honest, canaryAlerts: 1 } } }],
    ['a guess in honest traffic', { ...RESULTS, month: { ...MONTH, honest: { ...MONTH.honest, guessAlerts: 1 } } }],
    ['a harvest in honest traffic', { ...RESULTS, month: { ...MONTH, honest: { ...MONTH.honest, harvestAlerts: 1 } } }],
    [
      'a wrong verdict for a sign-in',
      {
        ...RESULTS,
        month: { ...MONTH, honest: { ...MONTH.honest, signIns: { ...MONTH.honest.signIns, wrongly: 1 } } },
      },
    ],
  ])('are missed with %s', (_what, results) => {
    expect(missed(results)).toHaveLength(1);
  });

  it('do not apply to the twin', () => {
    const twin = [{ way: 'the twin', sent: 10, gained: 10, unit: 'numbers', bound: null }];
    expect(missed({ ...RESULTS, attacks: RESULTS.attacks.map((one) => ({ ...one, findings: twin })) })).toEqual([]);
  });
});
