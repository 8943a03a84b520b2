// Guards that keep two worlds alike, with the edits that take each out: the search has to find a difference without it.
import type { Edit } from '../support/mutant.js';
import type { CaseName } from './cases.js';

export interface Removal {
  readonly guard: string;
  /** Where the search looks. */
  readonly name: CaseName;
  readonly edits: readonly Edit[];
}

export const REMOVALS: readonly Removal[] = [
  {
    guard: 'the count of a client’s own challenges',
    name: 'for whom another client asks',
    edits: [
      {
        file: 'challenges/challenge.policy.ts',
        find: 'recent.filter((challenge) => challenge.clientId === clientId)',
        replace: "recent.filter((challenge) => challenge.clientId !== '')",
      },
    ],
  },
];
