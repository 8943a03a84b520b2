import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { matchTotp, type TotpParameters } from './totp.policy.js';

// oathtool is an independent implementation: Debian's package of that name.
const installed = spawnSync('oathtool', ['--version']).status === 0;
const compare = installed ? it : it.skip;

interface Case extends TotpParameters {
  readonly secret: Buffer;
  readonly seconds: number;
}

function randomCase(): Case {
  const algorithm = (['SHA1', 'SHA256', 'SHA512'] as const)[randomInt(3)] ?? 'SHA1';
  const digits = randomInt(2) === 0 ? 6 : 8;
  // From 1970 to 2106.
  const times = { period: randomInt(15, 61), seconds: randomInt(120, 2 ** 32) };
  return { algorithm, digits, ...times, secret: randomBytes(randomInt(16, 65)) };
}

const command = ({ algorithm, digits, period, seconds, secret }: Case) =>
  `oathtool --totp=${algorithm} -d${digits} -s${period}s -N@${seconds} ${secret.toString('hex')}`;

describe('matchTotp', () => {
  compare(
    `accepts what oathtool computes, 1,000 times${installed ? '' : ' (skipped: oathtool is not installed)'}`,
    () => {
      const cases = Array.from({ length: 1_000 }, randomCase);
      const script = cases.map(command).join('\n');
      const codes = execFileSync('/bin/sh', { input: script, encoding: 'utf8' }).trim().split('\n');
      const refused = cases.filter((one, i) => {
        const verdict = matchTotp({ ...one, code: codes[i] ?? '', nowMs: one.seconds * 1_000 });
        // The next step may have the same code by chance. Then that step counts.
        return verdict === null || verdict.step < Math.floor(one.seconds / one.period);
      });
      expect(codes).toHaveLength(1_000);
      expect(refused.map(command)).toEqual([]);
    },
    60_000,
  );
});
