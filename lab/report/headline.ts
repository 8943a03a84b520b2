// The picture of the README: the gain of each way of the attack, in one scale.
import type { Cell } from '../timeline/matrix.js';
import { picture, words } from './drawing.js';
import { figure, worstOf, type Results } from './results.js';

const LEFT = 372;
const WIDTH = 440;
const ROW = 40;
const TOP = 84;

interface Bar {
  readonly name: string;
  readonly detail: string;
  readonly gained: number;
  readonly ink: string;
}

export function headline(results: Results): string | null {
  const bars = barsOf(results);
  if (bars === null) return null;
  const most = Math.max(...bars.map(({ gained }) => gained));
  const parts = bars.flatMap(({ name, detail, gained, ink }, index) => {
    const y = TOP + index * ROW;
    const width = (gained / most) * WIDTH;
    return [
      words({ x: 16, y: y + 14 }, name),
      words({ x: 16, y: y + 30, kind: 'soft' }, detail),
      `<rect x="${LEFT}" y="${y + 4}" width="${Math.max(1.5, width).toFixed(1)}" height="22" rx="2" fill="var(--${ink})"/>`,
      words({ x: LEFT + width + 10, y: y + 20 }, figure(gained)),
    ];
  });
  return picture({
    width: 920,
    height: TOP + bars.length * ROW + 20,
    title: 'Registered numbers that an attacker confirmed: the twin of 2024 against Countersign',
    parts: [
      words({ x: 16, y: 28, kind: 'title' }, 'Registered phone numbers confirmed'),
      words(
        { x: 16, y: 50, kind: 'soft' },
        'by an attacker with a list; within thirty days if a credential was stolen',
      ),
      ...parts,
    ],
  });
}

function barsOf({ attacks, month }: Results): Bar[] | null {
  const findings = attacks.find(({ name }) => name === 'authy-replay')?.findings ?? [];
  const [twin, ...tries] = findings;
  if (twin === undefined || month === null) return null;
  const bars: Bar[] = [
    {
      name: 'The endpoint of 2024, rebuilt',
      detail: `no key; a million tried, ${twin.note ?? ''}`,
      gained: twin.gained,
      ink: 'bad',
    },
    ...tries.map(({ way, gained }) => ({
      name: `Countersign, ${way}`,
      detail: 'the same million',
      gained,
      ink: 'good',
    })),
  ];
  const stolen = (name: string, cells: readonly Cell[]) => {
    const worst = worstOf(cells);
    const detail = `${worst.credentials} of them, ${figure(worst.perHour)} an hour each: the worst for you`;
    bars.push({ name: `Countersign, stolen keys, ${name}`, detail, gained: worst.exposed.p95, ink: 'a' });
  };
  const of = (strategy: Cell['strategy']) => month.cells.filter((cell) => cell.strategy === strategy);
  stolen('random numbers', of('random'));
  stolen('half known list', of('half'));
  stolen('leaked list, 90 % known', of('leaked'));
  return bars;
}
