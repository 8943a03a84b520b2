// What a phone reads off a screen.
import QRCode from 'qrcode';
import { refuseInTransaction } from '../platform/transaction-scope.js';

/** An SVG image as a data URI. */
export async function qrCodeOf(text: string): Promise<string> {
  refuseInTransaction('the drawing of a QR code');
  const svg = await QRCode.toString(text, { type: 'svg', errorCorrectionLevel: 'M' });
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}
