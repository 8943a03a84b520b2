// T-11. The attacker enrols authenticators with the longest possible names, and each drawing blocks the only thread.
import vector from '../../test/vectors/qr-code.json' with { type: 'json' };
import { qrCodeOf } from './qr-code.js';

const DRAWN = 20;
const MOST_TIMES = 2;

const uriOf = (name: string): string => {
  const encoded = encodeURIComponent(name);
  return `otpauth://totp/${encoded}:${encoded}?secret=${'A'.repeat(32)}&issuer=${encoded}&algorithm=SHA512&digits=8&period=60`;
};

const svgOf = (text: string): string => Buffer.from(qrCodeOf(text).split(',')[1] ?? '', 'base64').toString();

/** CPU milliseconds of one drawing. */
function costOf(uri: string): number {
  for (let warm = 0; warm < DRAWN; warm += 1) qrCodeOf(uri);
  const before = process.cpuUsage();
  for (let drawn = 0; drawn < DRAWN; drawn += 1) qrCodeOf(uri);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / DRAWN;
}

/** Rows of `#` and `.`, without the margin, out of the lines of the second path. */
function modulesOf(svg: string): string[] {
  const size = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]) - 8;
  const rows = Array.from({ length: size }, () => Array.from({ length: size }, () => '.'));
  let [x, y] = [0, 0];
  for (const [, move, right = '', down = '', length] of svg.matchAll(/([Mm])(\d+) ([\d.]+)h(\d+)/g)) {
    if (move === 'M') [x, y] = [Number(right) - 4, Number(down) - 4.5];
    else x += Number(right);
    for (const end = x + Number(length); x < end; x += 1) rows[y]?.splice(x, 1, '#');
  }
  return rows.map((row) => row.join(''));
}

describe('a QR code', () => {
  it('takes at most twice as long for names of any characters as for names of one byte', () => {
    const costs = [];
    for (const name of ['a'.repeat(64), '漢'.repeat(64)]) costs.push(costOf(uriOf(name)));
    const [short = 0, long = Infinity] = costs;
    process.stderr.write(`QR codes of ${short.toFixed(1)} and ${long.toFixed(1)} ms\n`);
    expect(long).toBeLessThan(MOST_TIMES * short);
  });

  it('is an SVG image of the size that its text needs', () => {
    // Version 2 has 25 modules, version 30 has 137, and there are four of margin on each side (ISO/IEC 18004, table 1).
    expect(svgOf('otpauth://totp/x')).toMatch(/^<svg [^>]*viewBox="0 0 33 33"/);
    expect(svgOf(uriOf('漢'.repeat(64)))).toContain('viewBox="0 0 145 145"');
  });

  it('has the modules that another encoder draws', () => {
    expect(modulesOf(svgOf(vector.text))).toEqual(vector.modules);
  });

  it('shows none of its text', () => {
    expect(svgOf('otpauth://totp/"/><script>')).not.toContain('script');
  });
});
