// What a phone reads off a screen.
import QRCode from 'qrcode';
import { refuseInTransaction } from '../platform/transaction-scope.js';

/**
 * Up to this length the encoder tries all eight masks and takes the best, as ISO/IEC 18004 has it: about a millisecond. Every
 * reader takes any mask, and a long text looks alike under each.
 */
const TRIED_MASKS_BYTES = 400;
const ONE_MASK = { maskPattern: 0 } as const;

// ISO/IEC 18004 §7.3.4: the characters of alphanumeric mode. A shorter run costs more for the change of mode than it saves.
const ALPHANUMERIC_RUN = /([0-9A-Z $%*+\-./:]{12,})/;

/** An SVG image as a data URI. The longest URI of ours has 1,828 characters and takes a few milliseconds. */
export async function qrCodeOf(text: string): Promise<string> {
  refuseInTransaction('the drawing of a QR code');
  // SECURITY(T-11): one pass for the modes, and one mask for a long text. The encoder's own search for the best mix of modes and
  // mask took 25 ms of the only thread for names of 64 CJK characters, while everybody waited.
  const mask = text.length > TRIED_MASKS_BYTES ? ONE_MASK : {};
  const svg = await QRCode.toString(segmentsOf(text), { type: 'svg', errorCorrectionLevel: 'M', ...mask });
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

/** What is captured stands at the odd places. */
function segmentsOf(text: string): QRCode.QRCodeSegment[] {
  return text.split(ALPHANUMERIC_RUN).flatMap((part, index): QRCode.QRCodeSegment[] => {
    if (part === '') return [];
    return index % 2 === 1 ? [{ mode: 'alphanumeric', data: part }] : [{ mode: 'byte', data: Buffer.from(part) }];
  });
}
