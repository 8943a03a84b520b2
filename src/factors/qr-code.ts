// Draws QR codes. The library lean-qr makes the modules; the SVG is ours.
import { correction, generate, mode, type Bitmap2D, type Mode } from 'lean-qr';
import { refuseInTransaction } from '../platform/transaction-scope.js';

/**
 * Up to this length the encoder tries all eight masks and takes the best, as ISO/IEC 18004 asks: about a millisecond.
 * Every reader accepts any mask, and a long text looks much the same under each.
 */
const TRIED_MASKS_BYTES = 400;
const ONE_MASK = { mask: 0 } as const;

// ISO/IEC 18004 §7.3.4: the characters of alphanumeric mode. For a shorter run the change of mode costs more than it
// saves.
const ALPHANUMERIC_RUN = /([0-9A-Z $%*+\-./:]{12,})/;

// The library takes the highest level that fits between these two.
const LEVEL_M = { minCorrectionLevel: correction.M, maxCorrectionLevel: correction.M };

// ISO/IEC 18004 §9.1: the quiet zone, in modules.
const MARGIN = 4;

/** An SVG image as a data URI. The longest URI of this service has 1,828 characters and takes about a millisecond. */
export function qrCodeOf(text: string): string {
  refuseInTransaction('the drawing of a QR code');
  // SECURITY(T-11): one pass for the modes, and one mask for a long text. The search for the best mask takes 5 ms of
  // the only thread for names of 64 CJK characters, while all other requests wait.
  const mask = text.length > TRIED_MASKS_BYTES ? ONE_MASK : {};
  const svg = svgOf(generate(mode.multi(...segmentsOf(text)), { ...LEVEL_M, ...mask }));
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

/** Captured parts have odd indexes. Bytes are UTF-8 without a mark (ECI), which some readers do not know. */
function segmentsOf(text: string): Mode[] {
  return text.split(ALPHANUMERIC_RUN).flatMap((part, index): Mode[] => {
    if (part === '') return [];
    return [index % 2 === 1 ? mode.alphaNumeric(part) : mode.bytes(Buffer.from(part))];
  });
}

/** Holds numbers only, none of the text. */
function svgOf(code: Bitmap2D): string {
  const size = code.size + 2 * MARGIN;
  const paper = `<path fill="#ffffff" d="M0 0h${size}v${size}H0z"/>`;
  const ink = `<path stroke="#000000" d="${linesOf(code)}"/>`;
  const viewBox = `viewBox="0 0 ${size} ${size}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${viewBox} shape-rendering="crispEdges">${paper}${ink}</svg>\n`;
}

/** Each run of dark modules is a horizontal line, one module thick, through the middle of its row. */
function linesOf(code: Bitmap2D): string {
  let path = '';
  for (let y = 0; y < code.size; y += 1) path += lineOf(code, y);
  return path;
}

function lineOf(code: Bitmap2D, y: number): string {
  let path = '';
  for (let x = 0, from = 0, end = -1; x <= code.size; x += 1) {
    if (code.get(x, y)) continue;
    if (x > from) {
      const start = end < 0 ? `M${from + MARGIN} ${y + MARGIN + 0.5}` : `m${from - end} 0`;
      path += `${start}h${x - from}`;
      end = x;
    }
    from = x + 1;
  }
  return path;
}
