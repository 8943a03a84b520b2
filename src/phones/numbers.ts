// Numbers as stored: sealed, and found by a keyed hash under the tenant's own key. The same number of two tenants has
// different hashes.
import { Injectable } from '@nestjs/common';
import { RowAlarm } from '../abuse/alerts/row-alarm.js';
import { BlindIndex, PHONE_NUMBER_INDEX } from '../platform/crypto/blind-index.js';
import { SealBroken, Sealer } from '../platform/crypto/sealer.js';
import { countedAddress } from '../platform/network/counted-address.js';
import { hundredOf, prefixOf } from './number.policy.js';

export interface NumberPlace {
  readonly tenantId: string;
  readonly factorId: string;
}

/** 32 bytes each. */
export interface NumberIndices {
  readonly index: Buffer;
  /** The same for all hundred numbers that differ in the last two digits only. */
  readonly hundredIndex: Buffer;
}

@Injectable()
export class Numbers {
  constructor(
    private readonly sealer: Sealer,
    private readonly index: BlindIndex,
    private readonly alarm: RowAlarm,
  ) {}

  seal(e164: string, place: NumberPlace): Buffer {
    return this.sealer.seal(Buffer.from(e164), placeOf(place));
  }

  /** Null if it cannot be opened, which alerts the operator. The caller continues as if there were no phone. */
  open(sealed: Uint8Array, place: NumberPlace): string | null {
    try {
      return this.sealer.open(sealed, placeOf(place)).toString();
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
      this.alarm.raise({ tenantId: place.tenantId, table: 'phones', rowId: place.factorId });
      return null;
    }
  }

  /** The keyed hashes of a look-up's observation. */
  indicesOf(tenantId: string, e164: string): NumberIndices {
    return {
      index: this.indexOf(tenantId, e164),
      hundredIndex: this.index.of(tenantId, 'phone-hundred', hundredOf(e164)),
    };
  }

  /** 32 bytes. */
  indexOf(tenantId: string, e164: string): Buffer {
    return this.index.of(tenantId, PHONE_NUMBER_INDEX, e164);
  }

  /** The same for the block of a number. */
  prefixIndexOf(tenantId: string, e164: string): Buffer {
    return this.index.of(tenantId, 'phone-prefix', prefixOf(e164));
  }

  /** A dummy block without a number, for messages that have no receiver. Each id has its own. */
  dummyPrefix(tenantId: string, id: string): Buffer {
    return this.index.of(tenantId, 'phone-prefix', `nobody ${id}`);
  }

  /** The same for an end user's network: an IPv4 address or the /64 of an IPv6 address. */
  addressIndexOf(tenantId: string, address: string): Buffer {
    return this.index.of(tenantId, 'end-user-address', countedAddress(address));
  }
}

function placeOf({ tenantId, factorId }: NumberPlace) {
  return { tenantId, table: 'phones', column: 'number_sealed', rowId: factorId };
}
