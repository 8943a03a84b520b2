// Binds facts to their row: HMAC-SHA-256 under a key of the ring. It covers the name of the binding, the key's id and
// every fact, each framed and with its type. The MAC shows that the service wrote the row. It does not show that this
// is its newest state.
import { canonicalJson, type Json } from '../crypto/canonical-json.js';
import { equalBytes } from '../crypto/constant-time.js';
import { framed } from '../crypto/framing.js';
import { keyHead, keyIdOf } from '../crypto/key-head.js';
import type { KeyRing } from '../crypto/key-ring.js';
import { hmacUnder } from '../crypto/hmac.js';
import { BINDINGS, type BindingName, type Facts } from './bindings.js';

export class RowBinder {
  /** Bindings whose rows all have a MAC. Rows without one are refused. */
  private adopted: ReadonlySet<string> = new Set();

  constructor(private readonly ring: KeyRing) {}

  /** An adoption is never undone while the process runs. */
  adopt(names: Iterable<string>): void {
    this.adopted = new Set([...this.adopted, ...names]);
  }

  isAdopted(name: BindingName): boolean {
    return this.adopted.has(name);
  }

  /** The value of the MAC column, under the active key. */
  bind<Name extends BindingName>(name: Name, facts: Facts<Name>): Uint8Array<ArrayBuffer> {
    const keyId = this.ring.activeId;
    return Uint8Array.from(Buffer.concat([keyHead(keyId), this.mac(keyId, name, facts) ?? Buffer.alloc(0)]));
  }

  /**
   * Whether the service wrote the row as it is. Always true before the rows of a binding were adopted.
   * SECURITY(T-47): otherwise an attacker who can write rows could add a factor, a client or a recovery.
   */
  isBound<Name extends BindingName>(name: Name, facts: Facts<Name>, mac: Uint8Array | null): boolean {
    const isRight = this.isRight(name, facts, mac);
    return isRight || !this.adopted.has(name);
  }

  /** The same, even if the rows were not adopted yet. */
  isRight<Name extends BindingName>(name: Name, facts: Facts<Name>, mac: Uint8Array | null): boolean {
    const keyId = mac === null ? undefined : keyIdOf(mac);
    const expected = this.mac(keyId ?? this.ring.activeId, name, facts);
    if (mac === null || keyId === undefined || expected === null) return false;
    return equalBytes(mac.subarray(2 + keyId.length), expected);
  }

  private mac<Name extends BindingName>(keyId: string, name: Name, facts: Facts<Name>): Buffer | null {
    const key = this.ring.bindingKey(keyId);
    if (key === undefined) return null;
    const given = facts as Readonly<Record<string, unknown>>;
    const values = BINDINGS[name].facts.map((fact) => written(name, fact, given[fact]));
    return hmacUnder(key, framed('countersign:row:v1', name, keyId, ...values));
  }
}

/** Values of different types give different texts. */
function written(name: string, fact: string, value: unknown): string {
  if (value === null) return '-';
  if (value instanceof Date) return `t${value.toISOString()}`;
  if (value instanceof Uint8Array)
    return `b${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')}`;
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'number' || typeof value === 'boolean') return `n${String(value)}`;
  if (typeof value === 'object') return `j${canonicalJson(value as Json)}`;
  throw new Error(`BUG: ${name} is bound without ${fact}`);
}
