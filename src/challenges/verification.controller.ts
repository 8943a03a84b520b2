import { Body, Controller, Param, Post } from '@nestjs/common';
import { CallOf, type Call } from '../contract/caller.js';
import { RouteContract } from '../contract/route-contract.js';
import { UserId } from '../users/user-id.dto.js';
import { ProofVerifier } from './proof-verifier.js';
import { Verified, VerifyBody } from './verification.dto.js';

@Controller('v1/users/:userId')
export class VerificationController {
  constructor(private readonly proofs: ProofVerifier) {}

  @Post('verify')
  @RouteContract({
    summary: 'Verify a one-time code or a recovery code',
    description:
      'Accepts a code once and returns an assertion, valid for two minutes. Every refusal is the same 422: ' +
      'a wrong, expired or used code, and a user who is locked, unknown or not enrolled. The reason is in ' +
      'the audit events. If `action` is a factor change, the assertion is valid for five minutes and is ' +
      'sent in the header `Step-Up`.',
    auth: 'token',
    scope: 'verify',
    userQuery: 'logged',
    throttle: 'client',
    data: 'credential',
    audit: ['verification.approved', 'verification.refused', 'factor.recovery_codes_low', 'recovery.vetoed'],
    answer: { status: 200, schema: Verified },
    refusals: ['verification_refused'],
    consumes: 'application/json',
  })
  async verify(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Body({ schema: VerifyBody }) body: VerifyBody,
  ): Promise<Verified> {
    const { code, endUser, ...binding } = body;
    return { valid: true, ...(await this.proofs.verify(call, { userId, proof: code, binding, endUser })) };
  }
}
