// Answers to challenges: judged as any proof is, under the condition that the challenge is open. One that is unknown or another
// client's is answered as one that is over, at the same cost.
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

  /** @throws Problem `verification_refused`, always the same, whatever was wrong. */
  async answer(call: Call, challengeId: string, { proof, endUser }: AnswerBody): Promise<AnsweredChallenge> {
    const id = fromTypeId('chl', challengeId);
    if (id === null) throw new Problem('verification_refused');
    const { tenantId, clientId } = call;
    const found = await this.challenges.find({ tenantId, clientId, id });
    const { userId, factorId, action, nonce, context } = found ?? unknownChallenge(id);
    const accepted = await this.proofs.verify(call, {
      userId,
      proof: this.asAsked(found, proof),
      // SECURITY(T-29): what the assertion says was asked for was fixed when the challenge was opened.
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

  /** Six digits that answer a challenge of a phone are what was sent to it; anywhere else they are an authenticator's. */
  private asAsked(challenge: Challenge | null, proof: Proof): Proof {
    if (challenge === null || typeof proof !== 'string') return proof;
    const method = this.methods.of(challenge.type);
    return (readsTypedCode(method) ? method.typed(proof) : null) ?? proof;
  }
}

// SECURITY(T-04): no user can have this name, for a colon is in none: the proof is judged over the decoy that the name picks,
// which is the same one each time.
function unknownChallenge(id: string): Pick<Challenge, 'userId' | 'factorId' | 'action' | 'nonce' | 'context'> {
  return { userId: `challenge:${id}`, factorId: null, action: null, nonce: null, context: null };
}
