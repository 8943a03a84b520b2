// The parts of the lab's plots. The plots are SVG pictures that load nothing from outside and follow the reader's
// choice of light or dark.
const STYLE = `
  svg { --ink: #1f2328; --soft: #59636e; --rule: #d1d9e0; --paper: #ffffff; --bad: #cf222e; --good: #1a7f37; --a: #0969da; --b: #8250df; --c: #bf8700; --d: #cf222e; }
  @media (prefers-color-scheme: dark) {
    svg { --ink: #f0f6fc; --soft: #9198a1; --rule: #3d444d; --paper: #0d1117; --bad: #f85149; --good: #3fb950; --a: #4493f8; --b: #ab7df8; --c: #d29922; --d: #f85149; }
  }
  text { font: 14px system-ui, sans-serif; fill: var(--ink); }
  .soft { fill: var(--soft); font-size: 12.5px; }
  .title { font-size: 16px; font-weight: 600; }
  .rule { stroke: var(--rule); }
  .end { text-anchor: end; }
  .middle { text-anchor: middle; }
`;

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** For readers who cannot see it. */
  readonly title: string;
  readonly parts: readonly string[];
}

export function picture({ width, height, title, parts }: Picture): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${STYLE}</style>`,
    `<rect width="${width}" height="${height}" fill="var(--paper)"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly kind?: string;
  /** A colour of the style: `bad`. */
  readonly ink?: string;
}

export function words({ x, y, kind, ink }: Spot, text: string): string {
  const style = ink === undefined ? '' : ` style="fill:var(--${ink})"`;
  return `<text x="${x}" y="${y}"${kind === undefined ? '' : ` class="${kind}"`}${style}>${escaped(text)}</text>`;
}

export function rule(from: Spot, to: Spot, extra = ''): string {
  return `<line class="rule" x1="${from.x}" y1="${from.y}" x2="${to.x}" y2="${to.y}" ${extra}/>`;
}

export function path(spots: readonly Spot[], ink: string): string {
  const points = spots.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  return `<polyline points="${points}" fill="none" stroke="var(--${ink})" stroke-width="2.5"/>`;
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
