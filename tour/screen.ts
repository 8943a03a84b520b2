// Draws the tour: at most 80 columns, and colours only on a terminal that wants them.
import { setTimeout as pause } from 'node:timers/promises';
import { correction, generate } from 'lean-qr';

const WIDTH = 80;
const STYLES = { bold: '1', dim: '2', green: '32', red: '31', cyan: '36' } as const;
// Black on white for any terminal colours: some cameras cannot read an inverted QR code.
const PAPER = '38;5;16;48;5;231';
const MARGIN = 2;
// Neither module dark, the upper one, the lower one, both.
const BLOCKS = [' ', '▀', '▄', '█'] as const;

export type Style = keyof typeof STYLES;

export class Screen {
  private readonly secrets = new Map<string, string>();

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly isColoured: boolean,
  ) {}

  /** From now on this text is shown as `***` everywhere. */
  hide(secret: string): void {
    this.secrets.set(secret, '***');
  }

  line(text = '', style?: Style): void {
    this.write(this.masked(text), style);
  }

  /** Wrapped between words; rows after the first are indented by the length of `mark`. */
  prose(text: string, style?: Style, mark = ''): void {
    const rows: string[] = [];
    for (const word of this.masked(text).split(' ')) {
      const row = rows.at(-1);
      if (row === undefined || mark.length + row.length + 1 + word.length > WIDTH) rows.push(word);
      else rows[rows.length - 1] = `${row} ${word}`;
    }
    for (const [i, row] of rows.entries()) this.write(`${i === 0 ? mark : ' '.repeat(mark.length)}${row}`, style);
  }

  /** Protocol text, cut at the end of the line; every line begins with `prefix`. */
  wire(prefix: string, text: string, style?: Style): void {
    const room = WIDTH - prefix.length;
    for (const row of this.masked(text).split('\n')) {
      for (let from = 0; from === 0 || from < row.length; from += room) {
        this.write(`${prefix}${row.slice(from, from + room)}`.trimEnd(), style);
      }
    }
  }

  /** Draws a text without masking: the QR code of a secret contains that secret. */
  qrCode(text: string): void {
    for (const row of blocksOf(text)) {
      this.out.write(`    ${this.isColoured ? `\u001b[${PAPER}m${row}\u001b[0m` : row}\n`);
    }
  }

  /** Waits until `untilMs`, and shows the remaining time. */
  async countdown(reason: string, untilMs: number): Promise<void> {
    const left = () => Math.max(0, untilMs - Date.now());
    const text = () => `${reason}: ${Math.ceil(left() / 1_000)} s …`;
    if (left() === 0) return;
    if (!this.out.isTTY) this.line(text());
    while (left() > 0) {
      if (this.out.isTTY) this.out.write(`\r${text()} `);
      await pause(Math.min(1_000, left()));
    }
    if (this.out.isTTY) this.out.write(`\r${' '.repeat(WIDTH - 1)}\r`);
  }

  private masked(text: string): string {
    let shown = text;
    for (const [secret, stand] of this.secrets) shown = shown.replaceAll(secret, stand);
    return shown;
  }

  private write(text: string, style?: Style): void {
    const isStyled = this.isColoured && style !== undefined && text !== '';
    this.out.write(isStyled ? `\u001b[${STYLES[style]}m${text}\u001b[0m\n` : `${text}\n`);
  }
}

/** Two rows of modules are one row of characters. The margin is two modules wide. */
function blocksOf(text: string): string[] {
  const code = generate(text, { minCorrectionLevel: correction.L, maxCorrectionLevel: correction.L });
  const rows: string[] = [];
  for (let y = -MARGIN; y < code.size + MARGIN; y += 2) {
    let row = '';
    for (let x = -MARGIN; x < code.size + MARGIN; x += 1) {
      row += BLOCKS[Number(code.get(x, y)) + 2 * Number(code.get(x, y + 1))] ?? '';
    }
    rows.push(row);
  }
  return rows;
}

/** https://no-color.org: any value that is not empty turns colours off. */
export function wantsColour(out: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): boolean {
  return out.isTTY && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
}
