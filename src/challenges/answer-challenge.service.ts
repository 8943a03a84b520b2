// Answers to challenges. The proof is verified as usual, on condition that the challenge is open. An unknown challenge,
// or another client's, gets the same answer as an expired one, at the same cost.
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import { readsTypedCode, type Proof } from '../factors/factor-method.js';
import { FactorMethods } from '../factors/factor-methods.js';
import { fromTypeId } from '../platform/crypto/type-id.js';
import { Problem } from '../platform/errors/problem.js';
import type { AnswerBody, AnsweredChallenge } from './challenge.dto.js';
import { CHALLENGE_IS_OPEN } from './challenge.statement.js';
import { ChallengeRepository, type Challenge } from './challenge.repository.js';
import { ProofVerifier } from './proof-verifier.js';

@Injectable()
export class AnswerChallengeService {
  constructor(
    private readonly challenges: ChallengeRepository,
    private readonly methods: FactorMethods,
    private readonly proofs: ProofVerifier,
  ) {}

  /** @throws Problem `verification_refused`, the same for every reason. */
  async answer(call: Call, challengeId: string, { proof, endUser }: AnswerBody): Promise<AnsweredChallenge> {
    const id = fromTypeId('chl', challengeId);
    if (id === null) throw new Problem('verification_refused');
    const { tenantId, clientId } = call;
    const found = await this.challenges.find({ tenantId, clientId, id });
    const { userId, factorId, action, nonce, context } = found ?? unknownChallenge(id);
    const accepted = await this.proofs.verify(call, {
      userId,
      proof: this.asAsked(found, proof),
      // SECURITY(T-29): the assertion states the action and nonce that were fixed when the challenge was opened.
      binding: { action: action ?? undefined, nonce: nonce ?? undefined },
      endUser,
      answered: {
        isTheirs: found !== null,
        factorId,
        facts: { id, action, nonce, context },
        condition: CHALLENGE_IS_OPEN,
        values: ({ type }) => ({ challenge: id, challenge_id: challengeId, challenge_type: type }),
      },
    });
    return { id: challengeId, status: 'approved', ...accepted };
  }

  /** For a challenge of a phone, six digits are the code that was sent to it. Elsewhere they are an authenticator's. */
  private asAsked(challenge: Challenge | null, proof: Proof): Proof {
    if (challenge === null || typeof proof !== 'string') return proof;
    const method = this.methods.of(challenge.type);
    return (readsTypedCode(method) ? method.typed(proof) : null) ?? proof;
  }
}

// SECURITY(T-04): no user can have this name, since user ids have no colon. The proof is verified over the decoy of
// this name, always the same one.
function unknownChallenge(id: string): Pick<Challenge, 'userId' | 'factorId' | 'action' | 'nonce' | 'context'> {
  return { userId: `challenge:${id}`, factorId: null, action: null, nonce: null, context: null };
}
