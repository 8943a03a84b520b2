// Answers to challenges: the proof is judged as any other, under the condition that the challenge is open. A challenge that
// is unknown or somebody else's is answered like one that is over, at the same cost (never a 404).
import { Injectable } from '@nestjs/common';
import type { Call } from '../contract/caller.js';
import { Clock } from '../platform/clock/clock.js';
import { fromTypeId } from '../platform/crypto/type-id.js';
import { Problem } from '../platform/errors/problem.js';
import type { AnswerBody, AnsweredChallenge } from './challenge.dto.js';
import { CHALLENGE_IS_OPEN } from './challenge.condition.js';
import { ChallengeRepository, type Challenge } from './challenge.repository.js';
import { Proofs } from './proofs.js';

