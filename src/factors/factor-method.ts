// The one seam between what a user proves with and who asks for it. A kind of factor is a folder that implements this and
// one line in factors.module.ts; challenges/ knows nothing else of it.
import type { Transaction } from '../platform/database/database.js';
import type { NamedValues } from '../platform/database/named-statement.js';
import type { AttemptKind } from '../users/attempts/attempt.statement.js';
import type { Subject } from '../users/attempts/attempts.js';
import type { DeviceCode, DeviceDecision } from './devices/proofs/device-proof.js';
import type { SentCode } from './phone-codes/phone-proof.js';
import type { AssertionCredential, RegistrationCredential } from './webauthn/credential.dto.js';

/** The kinds of factor, in the order in which the documents show them. */
export const FACTOR_TYPES = ['totp', 'recovery_codes', 'webauthn', 'device', 'phone'] as const;

export type FactorType = (typeof FACTOR_TYPES)[number];

/** A code as it was typed, or what an authenticator or a device signed. */
export type Proof = string | AssertionCredential | RegistrationCredential | DeviceCode | DeviceDecision | SentCode;

/** The code given to a method of typed codes. */
export function codeIn(proof: Proof): string {
  if (typeof proof !== 'string') throw new Error('BUG: a method was given a proof that it does not recognize');
  return proof;
}

/** What a challenge asks to be proven: a factor that signs, signs these. */
export interface ChallengeFacts {
  readonly id: string;
  readonly action: string | null;
  readonly nonce: string | null;
  /** What the person is to be shown, as canonical JSON (RFC 8785). */
  readonly context: string | null;
}

export interface Asked {
  readonly tenantId: string;
  readonly userId: string;
  /** The only factor that may match; any of the method's when absent. */
  readonly factorId?: string | null;
}

export interface Presented extends Asked {
  readonly proof: Proof;
  readonly challenge?: ChallengeFacts;
}

export interface PresentedPending extends Presented {
  /** The pending factor that the proof is to make active. */
  readonly id: string;
}

/** Whose factor a proof is judged against, and what it matched: a value that may be claimed once, or NO_STEP. */
export interface Match {
  readonly subject: Subject;
  readonly step: number;
  /** How many factors the proof was compared with and could have matched; one when absent. */
  readonly weight?: number;
  /** Parameters of what the method's attempt writes of its own. */
  readonly values?: NamedValues;
  /** MACs of what it writes, if it is accepted at this instant. */
  readonly bound?: (at: Date) => NamedValues;
}

/** A challenge of which something is sent to its user. */
export interface SentChallenge {
  readonly tenantId: string;
  /** The one that opened it. */
  readonly clientId: string;
  readonly userId: string;
  readonly id: string;
  readonly expiresAt: Date;
  /** The end user's, where the request named it. */
  readonly endUserAddress?: string | undefined;
}

/**
 * How often a challenge may be opened for one user, where opening one bothers somebody: by one client, which is then told to wait;
 * and by all clients together, beyond which nothing is shown or sent.
 */
export interface OpeningLimit {
  /** Pending at one time. */
  readonly pending: number;
  /** In all, within the window. */
  readonly opened: number;
  readonly windowMs: number;
}

export interface FactorMethod {
  readonly type: FactorType;
  /** Authentication Methods References (RFC 8176) that an assertion names. */
  readonly amr: readonly string[];
  /** Authentication context class: how strong a proof by this method is. */
  readonly acr: string;
  /** Whether a proof by it may authorize a change to the user's factors. */
  readonly allowsStepUp: boolean;
  /** Whether a user may be left with it alone. If not, it goes with the last factor of another kind. */
  readonly standsAlone: boolean;
  /** How many of the kind a user may have; absent for any number. */
  readonly atMost?: number;
  /** How its proofs are judged: the budget that a wrong one is charged to, the events that it leaves. */
  readonly attempt: AttemptKind;
  /** The same for the proof that makes a pending factor active; absent where a factor is active from the start. */
  readonly confirmation?: AttemptKind;
  /** The same for a proof that begins a recovery; absent where none does. The recovery is a value of the attempt. */
  readonly recovery?: AttemptKind;
  /** True for a proof of this method's form; no two methods share a form. */
  recognizes(proof: Proof): boolean;
  /** A code that was typed in answer to a challenge of this method, where it looks like another's; null where it has not its form. */
  typed?(code: string): Proof | null;
  /** Compares; claims and counts nothing. Costs the same for a user who does not exist. */
  match(presented: Presented): Promise<Match>;
  /** The same for a factor that is to be confirmed. */
  matchPending?(presented: PresentedPending): Promise<Match>;
  /** What a challenge shows beside its id and end. Costs and looks the same for a user who does not exist. */
  begin?(asked: Asked & { readonly challenge: ChallengeFacts }): Promise<NamedValues>;
  /**
   * Where a challenge sends its user something: asks for that, as a part of its opening. Costs the same for a user who does not exist.
   * Of a challenge that is withheld it is asked for too, and not sent.
   */
  send?(transaction: Transaction, challenge: SentChallenge): Promise<void>;
  /** What a challenge shows beside that, and nobody keeps: derived anew at each look. */
  reveal?(tenantId: string, challengeId: string): NamedValues;
  /** The proof comes in on another connection than the client's: whoever opened a challenge may wait for it. */
  readonly isDecidedElsewhere?: true;
  /** Absent where opening a challenge bothers nobody. */
  readonly openings?: OpeningLimit;
  /** Where a factor is used up: how many proofs are left. */
  remaining?(tenantId: string, factorId: string): Promise<number>;
  /** Where single codes are claimed: the ids under which they stand in the user's row. */
  codeIds?(transaction: Transaction, tenantId: string, factorId: string): Promise<string[]>;
}
