// Issues and verifies assertions: the signed statement of a user's proof.
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

/** What the client binds the assertion to. */
export interface Binding {
  readonly action?: string | undefined;
  readonly nonce?: string | undefined;
}

/** The assertion's id and time of issue. */
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

  /** @throws Problem `service_unavailable` if there is no signing key. */
  make(call: Call, proven: Proven, binding: Binding): string {
    return this.signed(call, proven, { ...binding, jti: newUuid(this.clock), atMs: this.clock.nowMs() });
  }

  /** The assertion of an earlier proof, as issued then. Null once it has expired. */
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

  /** Claims of an assertion for the calling client. Null for any other text. */
  forClient(call: Call, assertion: string): AssertionClaims | null {
    return this.validated(call, assertion, toTypeId('cli', call.clientId));
  }

  /** Claims of an assertion for a factor change. Null for any other text. */
  forStepUp(call: Call, assertion: string): AssertionClaims | null {
    return this.validated(call, assertion, this.issuer);
  }

  private validated(call: Call, assertion: string, audience: string): AssertionClaims | null {
    const tenant = toTypeId('ten', call.tenantId);
    const expected = { issuer: this.issuer, audience, tenant, nowMs: this.clock.nowMs() };
    return validateAssertion(this.jwts.read(ASSERTION_TYPE, assertion), expected);
  }
}
