// The registry of factor methods. The module of each kind of factor adds its own.
import { Injectable } from '@nestjs/common';
import { isConfirmable, type Confirmable, type FactorMethod, type FactorType, type Proof } from './factor-method.js';

@Injectable()
export class FactorMethods {
  readonly #methods = new Map<FactorType, FactorMethod>();

  add(method: FactorMethod): void {
    if (this.#methods.has(method.type)) throw new Error(`BUG: two methods for the factor type ${method.type}`);
    this.#methods.set(method.type, method);
  }

  /** The method whose form a proof has. The request's schema has refused every other form. */
  forProof(proof: Proof): FactorMethod {
    for (const method of this.#methods.values()) if (method.recognizes(proof)) return method;
    throw new Error('BUG: the schema accepts a proof that no method recognizes');
  }

  /** The same, among the methods whose factors are confirmed. */
  confirmable(proof: Proof): FactorMethod & Confirmable {
    const method = this.forProof(proof);
    if (!isConfirmable(method)) throw new Error('BUG: the schema accepts a proof that confirms nothing');
    return method;
  }

  of(type: FactorType): FactorMethod {
    const method = this.#methods.get(type);
    if (!method) throw new Error(`BUG: no method for the factor type ${type}`);
    return method;
  }
}
