// The registry of factor methods.
import { Inject, Injectable } from '@nestjs/common';
import type { FactorMethod, FactorType } from './factor-method.js';

/** Injection token of the list that factors.module.ts makes. */
export const FACTOR_METHODS = Symbol('factor methods');

@Injectable()
export class FactorMethods {
  constructor(@Inject(FACTOR_METHODS) private readonly methods: readonly FactorMethod[]) {}

  /** The method whose form a code has. The request's schema has let no other code through. */
  forCode(code: string): FactorMethod {
    const method = this.methods.find((one) => one.recognizes(code));
    if (!method) throw new Error('BUG: the schema lets a code through that no method recognizes');
    return method;
  }

  of(type: FactorType): FactorMethod {
    const method = this.methods.find((one) => one.type === type);
    if (!method) throw new Error('BUG: the database holds a factor of a kind that no method has');
    return method;
  }
}
