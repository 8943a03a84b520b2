import { judge } from './judgement.js';
import { planFrom } from './plan.js';
import { plot } from './plot.js';
import { reportOf, table, verdict, written, type Report } from './report.js';
import { shifted, syntheticTimes } from './synthetic.js';
import { verify } from './verify.js';

function report({ delay = 0, strays = [] as string[] } = {}): Report {
  const times = (seed: number) => syntheticTimes(2_000, seed);
  const measured = [
    {
      load: 'alone',
      reference: times(1),
      twin: times(2),
      others: { "another tenant's <user>": shifted(times(3), delay) },
      requestsPerSecond: 700,
    },
  ];
  const judgement = judge(measured, { level: 0.01, plantedDeviations: 0.2 });
  const machine = { node: '20', processor: '2 × Some', loadAverage: 0.1, database: 'PostgreSQL' };
  return reportOf({ endpoint: verify, plan: planFrom([], '/root'), machine, run: { measured, strays }, judgement });
}

describe('a report', () => {
  it('states the smallest difference that it could have found', () => {
    expect(verdict(report())).toMatch(
      /^nothing told the classes apart; with 2000 times a class an AUC of 0\.4\d\d or 0\.5\d\d /,
    );
  });

  it('names the class that differs', () => {
    const told = report({ delay: 60 });
    expect(verdict(told)).toBe("TOLD APART: another tenant's <user>, alone");
    expect(table(told)).toContain('| differs |');
  });

  it('is void if a class had another reason than expected', () => {
    expect(verdict(report({ delay: 60, strays: ['the class “locked” met wrong_code'] }))).toMatch(/^VOID, .*“locked”/);
  });

  it('can be read back, with the quantiles of every class', () => {
    const read = JSON.parse(written(report())) as Report;
    expect(read).toMatchObject({ endpoint: 'verify', mode: 'evidence', samples: 2_000, void: [] });
    expect(Object.keys((read.loads[0] as { micros: object }).micros)).toHaveLength(3);
  });
});

describe('its plot', () => {
  it('loads nothing from outside and runs no script', () => {
    const svg = plot(report());
    expect(svg.match(/https?:[^"]+/g)).toEqual(['http://www.w3.org/2000/svg']);
    expect(svg).not.toMatch(/<script|<image|@import|url\(/);
  });

  it('follows the reader’s choice of light or dark, and escapes its texts', () => {
    const svg = plot(report({ delay: 60 }));
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).toContain("another tenant's &lt;user&gt;, alone");
    expect(svg.match(/<circle class="differs"/g)).toHaveLength(2);
  });

  it('draws a row for the null run, the control and each cell', () => {
    expect(plot(report()).match(/<circle/g)).toHaveLength(3);
  });
});
