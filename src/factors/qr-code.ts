// Draws QR codes.
import QRCode from 'qrcode';
import { refuseInTransaction } from '../platform/transaction-scope.js';

/**
 * Up to this length the encoder tries all eight masks and takes the best, as ISO/IEC 18004 asks: about a millisecond.
 * Every reader accepts any mask, and a long text looks much the same under each.
 */
const TRIED_MASKS_BYTES = 400;
const ONE_MASK = { maskPattern: 0 } as const;

// ISO/IEC 18004 §7.3.4: the characters of alphanumeric mode. For a shorter run the change of mode costs more than it
// saves.
const ALPHANUMERIC_RUN = /([0-9A-Z $%*+\-./:]{12,})/;

/** An SVG image as a data URI. The longest URI of this service has 1,828 characters and takes a few milliseconds. */
export async function qrCodeOf(text: string): Promise<string> {
  refuseInTransaction('the drawing of a QR code');
  // SECURITY(T-11): one pass for the modes, and one mask for a long text. The encoder's own search took 25 ms of the
  // only thread for names of 64 CJK characters, while all other requests waited.
  const mask = text.length > TRIED_MASKS_BYTES ? ONE_MASK : {};
  const svg = await QRCode.toString(segmentsOf(text), { type: 'svg', errorCorrectionLevel: 'M', ...mask });
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

/** Captured parts have odd indexes. */
function segmentsOf(text: string): QRCode.QRCodeSegment[] {
  return text.split(ALPHANUMERIC_RUN).flatMap((part, index): QRCode.QRCodeSegment[] => {
    if (part === '') return [];
    return index % 2 === 1 ? [{ mode: 'alphanumeric', data: part }] : [{ mode: 'byte', data: Buffer.from(part) }];
  });
}
