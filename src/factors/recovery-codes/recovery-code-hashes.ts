// Hashes and compares recovery codes with argon2id, bound to their row, with a limit on parallel work.
import { Injectable } from '@nestjs/common';
import { PasswordHash } from '../../platform/crypto/password-hash.js';
import type { CanonicalCode } from './recovery-codes.policy.js';

export interface CodePlace {
  readonly tenantId: string;
  readonly userId: string;
  readonly codeId: string;
}

@Injectable()
export class RecoveryCodeHashes {
  // SECURITY(T-04): the hash to compare with if the user has no such code. Without it an unknown user would be answered
  // 30 ms earlier.
  readonly #decoy: string;

  constructor(private readonly passwords: PasswordHash) {
    this.#decoy = passwords.decoy();
  }

  /** @throws HashingBusy, answered as `service_unavailable`. */
  hash(code: CanonicalCode, place: CodePlace): Promise<string> {
    return this.passwords.hash(place.tenantId, placed(code, place));
  }

  /** @throws HashingBusy, answered as `service_unavailable`. Nothing was compared or counted then. */
  matches(digest: string, code: CanonicalCode, place: CodePlace): Promise<boolean> {
    return this.passwords.verify(place.tenantId, digest, placed(code, place));
  }

  /** Costs the same as a comparison. */
  async spend(code: CanonicalCode, place: Omit<CodePlace, 'codeId'>): Promise<void> {
    await this.passwords.verify(place.tenantId, this.#decoy, placed(code, { ...place, codeId: NO_CODE }));
  }
}

const NO_CODE = '00000000-0000-0000-0000-000000000000';

// SECURITY(T-20): a digest that is copied to another user's row matches nothing there.
function placed({ text }: CanonicalCode, { tenantId, userId, codeId }: CodePlace): string {
  return ['countersign:recovery-code:v1', tenantId, userId, codeId, text].join('\0');
}
