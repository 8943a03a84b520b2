// The claim that a run tries to refute: a factor is added, activated, removed or regenerated only with the required
// proofs. It is stated from the answers of the service, independent of the model.
import type { Answer } from '../support/api.js';
import type { FactorList } from '../support/stage.js';
import type { Play } from './commands/command.js';
import type { Factor, Model } from './model.js';
import type { Real } from './real.js';

interface Acted {
  readonly kind: string;
  readonly play: Play;
  readonly answer: Answer;
}

export function checkStatus(model: Model, { kind, play: { status, uses }, answer }: Acted): void {
  const isAccepted = answer.status < 300;
  if (isAccepted && status >= 300) throw new Error(`CLAIM REFUTED: ${kind}: ${answer.status} where ${status} was due`);
  if (answer.status !== status) throw new Error(`${kind}: ${answer.status} instead of ${status}: ${answer.text}`);
  if (!isAccepted) return;
  for (const one of uses) {
    if (one === null) continue;
    if (model.used.has(one)) throw new Error(`CLAIM REFUTED: ${kind}: ${one} counted twice`);
    model.used.add(one);
  }
}

export async function checkInvariants(model: Model, { world, url, userId }: Real): Promise<void> {
  const answer = await world.send(url, 'app', { path: `/v1/users/${userId}/factors` });
  const { data, mfaRequired } = answer.json() as FactorList;
  for (const { id, status } of data) if (status === 'active') mustBeProven(model, id);
  if (mfaRequired !== model.isEnrolled) throw new Error(`CLAIM REFUTED: mfaRequired is ${String(mfaRequired)}`);
  const shown = data.map(({ id, type, status, remaining }) => [id, type, status, remaining]);
  const known = model.shown.map((factor) => [factor.id, factor.type, factor.status, remainingOf(factor)]);
  const [real, expected] = [JSON.stringify(shown), JSON.stringify(known)];
  if (real !== expected) throw new Error(`CLAIM REFUTED: the factors are ${real} instead of ${expected}`);
}

/** Stated separately from the model: the thief's authenticator is never active. */
function mustBeProven({ factors }: Model, id: string): void {
  const factor = factors.find((one) => one.id === id);
  if (factor?.type === 'totp' && factor.holder === 'thief') throw new Error(`CLAIM REFUTED: ${id} is the thief's`);
  if (factor?.status !== 'active') throw new Error(`CLAIM REFUTED: ${id} is active without a proof`);
}

function remainingOf(factor: Factor): number | undefined {
  return factor.type === 'totp' ? undefined : factor.codes.length - factor.used.size;
}
