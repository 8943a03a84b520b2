// Progress of a run: a bar that is redrawn on a terminal, and a line every ten seconds elsewhere.
const CELLS = 24;
const EVERY_MS = 10_000;

export function progressBar(out: NodeJS.WriteStream): (words: string, share: number) => void {
  let saidMs = -Infinity;
  let [last, wasWhole] = ['', false];
  return (words, share) => {
    const bar = `${'█'.repeat(Math.round(share * CELLS)).padEnd(CELLS, '░')} ${String(Math.round(share * 100)).padStart(3)} %  ${words}`;
    if (out.isTTY) {
      out.write(`\r\u001b[K${bar}${share >= 1 ? '\n' : ''}`);
      return;
    }
    const isNews = words !== last || (share >= 1 && !wasWhole);
    if (!isNews && (share >= 1 || performance.now() - saidMs < EVERY_MS)) return;
    [saidMs, last, wasWhole] = [performance.now(), words, share >= 1];
    out.write(`${bar}\n`);
  };
}
