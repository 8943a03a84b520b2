// Makes and reads assertions: the signed statement of what a user proved.
import { Inject, Injectable } from '@nestjs/common';
import type { Call } from '../../contract/caller.js';
import { Clock } from '../../platform/clock/clock.js';
import { newUuid, toTypeId } from '../../platform/crypto/type-id.js';
import { ISSUER } from '../../signing/issuer.js';
import { IssuedJwts } from '../../signing/issued-jwts.js';
import { ASSERTION_TYPE, audienceOf, validateAssertion, lifetimeOf, type AssertionClaims } from './assertion.policy.js';

export interface Proven {
  readonly userId: string;
  readonly factorId: string;
  readonly factorType: string;
  readonly amr: readonly string[];
  readonly acr: string;
  readonly allowsStepUp: boolean;
}

/** What the caller wants the assertion to be bound to. */
export interface Binding {
  readonly action?: string | undefined;
  readonly nonce?: string | undefined;
}

/** Which assertion it is, and of when. */
interface Made extends Binding {
  /** A UUID. */
  readonly jti: string;
  readonly atMs: number;
}

@Injectable()
export class Assertions {
  constructor(
    private readonly jwts: IssuedJwts,
    private readonly clock: Clock,
    @Inject(ISSUER) private readonly issuer: string,
  ) {}

  /** @throws Problem `service_unavailable` when no key may sign. */
  make(call: Call, proven: Proven, binding: Binding): string {
    return this.signed(call, proven, { ...binding, jti: newUuid(this.clock), atMs: this.clock.nowMs() });
  }

  /** Of what was proven before: as it would have been made then; null once it would be over. */
  makeAsOf(call: Call, proven: Proven, made: Made): string | null {
    const { exp } = this.claims(call, proven, made);
    return this.clock.nowMs() < exp * 1_000 ? this.signed(call, proven, made) : null;
  }

  private signed(call: Call, proven: Proven, made: Made): string {
    return this.jwts.sign(ASSERTION_TYPE, this.claims(call, proven, made));
  }

  private claims(call: Call, proven: Proven, { action, nonce, jti, atMs }: Made): AssertionClaims {
    const clientId = toTypeId('cli', call.clientId);
    const aud = audienceOf({ issuer: this.issuer, clientId }, { action, allowsStepUp: proven.allowsStepUp });
    const iat = Math.floor(atMs / 1_000);
    return {
      iss: this.issuer,
      aud,
      sub: proven.userId,
      tenant: toTypeId('ten', call.tenantId),
      client_id: clientId,
      jti,
      iat,
      exp: iat + lifetimeOf(this.issuer, aud),
      auth_time: iat,
      amr: [...proven.amr],
      acr: proven.acr,
      factor_id: toTypeId('fac', proven.factorId),
      factor_type: proven.factorType,
      ...(action === undefined ? {} : { action }),
      ...(nonce === undefined ? {} : { nonce }),
    };
  }

  /** Claims of an assertion that was made for the calling client; null for any other text. */
  forClient(call: Call, assertion: string): AssertionClaims | null {
    return this.validated(call, assertion, toTypeId('cli', call.clientId));
  }

  /** Claims of an assertion that was made to authorize a change to factors; null for any other text. */
  forStepUp(call: Call, assertion: string): AssertionClaims | null {
    return this.validated(call, assertion, this.issuer);
  }

  private validated(call: Call, assertion: string, audience: string): AssertionClaims | null {
    const tenant = toTypeId('ten', call.tenantId);
    const expected = { issuer: this.issuer, audience, tenant, nowMs: this.clock.nowMs() };
    return validateAssertion(this.jwts.read(ASSERTION_TYPE, assertion), expected);
  }
}
