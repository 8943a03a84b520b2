// The interface between a kind of factor and its callers. A kind of factor is a folder with a class that implements FactorMethod
// and those of the capabilities below that it has. Its module adds it to FactorMethods. Callers know these interfaces only.
import type { Transaction } from '../platform/database/database.js';
import type { NamedValues } from '../platform/database/named-statement.js';
import type { AttemptKind } from '../users/attempts/attempt.statement.js';
import type { Subject } from '../users/attempts/attempts.js';

/** The kinds of factor, in the order in which the documents show them. */
export const FACTOR_TYPES = ['totp', 'recovery_codes', 'webauthn', 'device', 'phone'] as const;

export type FactorType = (typeof FACTOR_TYPES)[number];

/** A code as it was typed, or an object whose type belongs to the method that recognizes it. */
export type Proof = string | object;

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

export interface PresentedProof extends Asked {
  readonly proof: Proof;
  readonly challenge?: ChallengeFacts;
}

export interface PresentedPendingProof extends PresentedProof {
  /** The pending factor that the proof is to make active. */
  readonly id: string;
}

/** The factor that the proof is compared with, and the matched value, which can be claimed once, or NO_STEP. */
export interface Match {
  readonly subject: Subject;
  readonly step: number;
  /** How many factors the proof was compared with and could have matched; one when absent. */
  readonly weight?: number;
  /** Parameters of the method's own pieces of the attempt. */
  readonly values?: NamedValues;
  /** MACs of the rows that it writes, if it is accepted at this instant. */
  readonly bound?: (at: Date) => NamedValues;
}

/** A challenge that was just opened, for the method that sends its user something. */
export interface SentChallenge {
  readonly tenantId: string;
  /** The client that opened it. */
  readonly clientId: string;
  readonly userId: string;
  readonly id: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** The end user's address, if the request names it. */
  readonly endUserAddress?: string | undefined;
}

/**
 * How many challenges may be opened for one user. A single client that reaches the limit has to wait. When all clients together
 * reach it, further challenges are withheld: nothing is shown or sent.
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
  /** Whether a user may be left with it alone. If not, it is removed with the last factor of another kind. */
  readonly standsAlone: boolean;
  /** How many of the kind a user may have; absent for any number. */
  readonly atMost?: number;
  /** How its proofs are counted and claimed: the budget that a wrong one is charged to, the events that are written. */
  readonly attempt: AttemptKind;
  /** True for a proof of this method's form; no two methods share a form. */
  recognizes(proof: Proof): boolean;
  /** Compares the proof. It claims and counts nothing. The cost is the same for a user who does not exist. */
  match(presented: PresentedProof): Promise<Match>;
}

/** A method whose factors are pending until a first proof. */
export interface Confirmable {
  /** As `attempt`, for the proof that makes a pending factor active. */
  readonly confirmation: AttemptKind;
  /** As `match`, for a factor that is to be confirmed. */
  matchPending(presented: PresentedPendingProof): Promise<Match>;
}

/** A method that adds something to a challenge when it is opened. */
export interface StartsChallenge {
  /**
   * What the opened challenge shows besides its id and end. Cost and form are the same for a user who does not exist.
   */
  begin(asked: Asked & { readonly challenge: ChallengeFacts }): Promise<NamedValues>;
}

/** A method whose challenges send the user something. */
export interface SendsChallenge {
  readonly openings: OpeningLimit;
  /** Whether the client may ask to send it again. */
  readonly isResendable: boolean;
  /**
   * Queues what is sent, in the transaction that opens the challenge. The cost is the same for a user who does not exist. It is also
   * called for a challenge that is withheld; then nothing is sent.
   */
  send(transaction: Transaction, challenge: SentChallenge): Promise<void>;
}

/** A method whose proof arrives on another connection, so that the client may wait for the decision. */
export interface DecidedElsewhere {
  /** What the client is shown and the service does not store: derived again each time. */
  reveal(tenantId: string, challengeId: string): NamedValues;
}

/** A method whose codes look like those of another. */
export interface ReadsTypedCode {
  /** The proof in a code that was typed in answer to a challenge of this method; null if it does not have the form. */
  typed(code: string): Proof | null;
}

/** A method whose factors are used up, code by code. */
export interface Consumable {
  /** How many codes are left. */
  remaining(tenantId: string, factorId: string): Promise<number>;
  /** The ids of single codes in the user's row. */
  codeIds(transaction: Transaction, tenantId: string, factorId: string): Promise<string[]>;
}

export function isConfirmable(method: FactorMethod): method is FactorMethod & Confirmable {
  return 'matchPending' in method;
}

export function startsChallenge(method: FactorMethod): method is FactorMethod & StartsChallenge {
  return 'begin' in method;
}

export function sendsChallenge(method: FactorMethod): method is FactorMethod & SendsChallenge {
  return 'send' in method;
}

export function isDecidedElsewhere(method: FactorMethod): method is FactorMethod & DecidedElsewhere {
  return 'reveal' in method;
}

export function readsTypedCode(method: FactorMethod): method is FactorMethod & ReadsTypedCode {
  return 'typed' in method;
}

export function isConsumable(method: FactorMethod): method is FactorMethod & Consumable {
  return 'codeIds' in method;
}
