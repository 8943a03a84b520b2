// The registry of factor methods.
import { Inject, Injectable } from '@nestjs/common';
import type { FactorMethod, FactorType, Proof } from './factor-method.js';

/** A method whose factors are pending until a proof. */
export type ConfirmableMethod = FactorMethod & Required<Pick<FactorMethod, 'confirmation' | 'matchPending'>>;

/** A method whose proofs begin a recovery. */
export type RecoveringMethod = FactorMethod & Required<Pick<FactorMethod, 'recovery'>>;

/** Injection token of the list that factors.module.ts makes. */
export const FACTOR_METHODS = Symbol('factor methods');

@Injectable()
export class FactorMethods {
  constructor(@Inject(FACTOR_METHODS) private readonly methods: readonly FactorMethod[]) {}

  /** The method whose form a proof has. The request's schema has let no other through. */
  forProof(proof: Proof): FactorMethod {
    const method = this.methods.find((one) => one.recognizes(proof));
    if (!method) throw new Error('BUG: the schema lets a proof through that no method recognizes');
    return method;
  }

  /** The same, of the methods whose factors are confirmed. */
  confirmable(proof: Proof): ConfirmableMethod {
    const method = this.forProof(proof);
    if (!isConfirmable(method)) throw new Error('BUG: the schema lets a proof through that confirms nothing');
    return method;
  }

  /** The same, of the methods whose proofs begin a recovery. */
  recovering(proof: Proof): RecoveringMethod {
    const method = this.forProof(proof);
    if (!isRecovering(method)) throw new Error('BUG: the schema lets a proof through that recovers nobody');
    return method;
  }

  of(type: FactorType): FactorMethod {
    const method = this.methods.find((one) => one.type === type);
    if (!method) throw new Error('BUG: the database holds a factor of a kind that no method has');
    return method;
  }
}

function isConfirmable(method: FactorMethod): method is ConfirmableMethod {
  return method.confirmation !== undefined && method.matchPending !== undefined;
}

function isRecovering(method: FactorMethod): method is RecoveringMethod {
  return method.recovery !== undefined;
}
