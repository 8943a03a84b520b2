// Decoy rows for unknown users. A keyed hash of tenant and user id picks one of 4,096. So a repeated request meets the
// same row, parallel requests wait for the same lock, and a client cannot choose an unlocked one.
import { Injectable } from '@nestjs/common';
import { DECOY_TENANT_ID } from '../contract/reserved-tenants.js';
import { BlindIndex } from '../platform/crypto/blind-index.js';

export const DECOY_COUNT = 4_096;

export interface Decoy {
  readonly tenantId: string;
  readonly userId: string;
  readonly factorId: string;
}

@Injectable()
export class Decoys {
  constructor(private readonly index: BlindIndex) {}

  // SECURITY(T-09): the choice is keyed. Otherwise an attacker could look for names whose row is free, or known to be
  // locked.
  for(tenantId: string, userId: string): Decoy {
    return decoyAt(this.index.of(tenantId, 'decoy', userId).readUInt16BE() % DECOY_COUNT);
  }
}

export function decoyAt(number: number): Decoy {
  const hex = number.toString(16).padStart(12, '0');
  return { tenantId: DECOY_TENANT_ID, userId: `decoy-${number}`, factorId: `00000000-0000-7000-8000-${hex}` };
}
