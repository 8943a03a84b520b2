// T-11. The attacker enrols authenticators whose names are as long as they may be, and every drawing stops the only thread.
import { qrCodeOf } from './qr-code.js';

const DRAWN = 20;
/** Milliseconds of the processor, which other work on the machine does not change much. */
const MOST_MS = 8;

const uriOf = (name: string): string => {
  const encoded = encodeURIComponent(name);
  return `otpauth://totp/${encoded}:${encoded}?secret=${'A'.repeat(32)}&issuer=${encoded}&algorithm=SHA512&digits=8&period=60`;
};

const svgOf = async (text: string): Promise<string> =>
  Buffer.from((await qrCodeOf(text)).split(',')[1] ?? '', 'base64').toString();

describe('a QR code', () => {
  it.each([
    ['the longest names of one byte', 'a'.repeat(64)],
    ['the longest names of any characters', '漢'.repeat(64)],
  ])('takes a few milliseconds for %s', async (_name, name) => {
    const uri = uriOf(name);
    for (let warm = 0; warm < DRAWN; warm += 1) await qrCodeOf(uri);
    const before = process.cpuUsage();
    for (let drawn = 0; drawn < DRAWN; drawn += 1) await qrCodeOf(uri);
    const { user, system } = process.cpuUsage(before);
    const milliseconds = (user + system) / 1_000 / DRAWN;
    process.stderr.write(`${uri.length} characters: ${milliseconds.toFixed(1)} ms\n`);
    expect(milliseconds).toBeLessThan(MOST_MS);
  });

  it('is an SVG image of the size that its text needs', async () => {
    // Version 2 has 25 modules, version 30 has 137, and there are four of margin on each side (ISO/IEC 18004, table 1).
    expect(await svgOf('otpauth://totp/x')).toMatch(/^<svg [^>]*viewBox="0 0 33 33"/);
    expect(await svgOf(uriOf('漢'.repeat(64)))).toContain('viewBox="0 0 145 145"');
  });
});
