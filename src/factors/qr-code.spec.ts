// T-11. The attacker enrols authenticators with the longest possible names, and each drawing blocks the only thread.
import { qrCodeOf } from './qr-code.js';

const DRAWN = 20;
const MOST_TIMES = 5;

const uriOf = (name: string): string => {
  const encoded = encodeURIComponent(name);
  return `otpauth://totp/${encoded}:${encoded}?secret=${'A'.repeat(32)}&issuer=${encoded}&algorithm=SHA512&digits=8&period=60`;
};

const svgOf = async (text: string): Promise<string> =>
  Buffer.from((await qrCodeOf(text)).split(',')[1] ?? '', 'base64').toString();

/** CPU milliseconds of one drawing. */
async function costOf(uri: string): Promise<number> {
  for (let warm = 0; warm < DRAWN; warm += 1) await qrCodeOf(uri);
  const before = process.cpuUsage();
  for (let drawn = 0; drawn < DRAWN; drawn += 1) await qrCodeOf(uri);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / DRAWN;
}

describe('a QR code', () => {
  it('takes less than five times as long for names of any characters as for names of one byte', async () => {
    const costs = [];
    for (const name of ['a'.repeat(64), '漢'.repeat(64)]) costs.push(await costOf(uriOf(name)));
    const [short = 0, long = Infinity] = costs;
    process.stderr.write(`QR codes of ${short.toFixed(1)} and ${long.toFixed(1)} ms\n`);
    expect(long).toBeLessThan(MOST_TIMES * short);
  });

  it('is an SVG image of the size that its text needs', async () => {
    // Version 2 has 25 modules, version 30 has 137, and there are four of margin on each side (ISO/IEC 18004, table 1).
    expect(await svgOf('otpauth://totp/x')).toMatch(/^<svg [^>]*viewBox="0 0 33 33"/);
    expect(await svgOf(uriOf('漢'.repeat(64)))).toContain('viewBox="0 0 145 145"');
  });
});
