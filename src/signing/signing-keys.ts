// The signing keys, read again every few seconds, so that a rotation needs no restart.
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { RowAlarm } from '../abuse/alerts/row-alarm.js';
import { OPERATOR_TENANT_ID } from '../contract/reserved-tenants.js';
import { Clock, dateAt } from '../platform/clock/clock.js';
import { IntervalLoop } from '../platform/clock/interval-loop.js';
import {
  newSigningKey,
  privateKeyOf,
  publicKeyOf,
  type KeyObject,
  type PublicJwk,
} from '../platform/crypto/signing-key.js';
import { Database } from '../platform/database/database.js';
import { OperatorError } from '../platform/errors/operator-error.js';
import { Problem } from '../platform/errors/problem.js';
import { Log } from '../platform/logging/log.js';
import { HighWater } from '../platform/rollback/high-water.js';
import { SigningKeyRepository, type StoredSigningKey } from './signing-key.repository.js';
import { LEAD_MS, publishedOf, signerOf, type KeyTimes } from './signing-keys.policy.js';

const POLL_MS = 5_000;

interface LiveKey extends KeyTimes {
  readonly jwk: PublicJwk;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

@Injectable()
export class SigningKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  private keys: readonly LiveKey[] = [];
  private readonly loop = new IntervalLoop(
    () => this.refresh().catch((error: unknown) => this.log.warn('signing keys could not be read', { error })),
    POLL_MS,
  );

  constructor(
    private readonly stored: SigningKeyRepository,
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly alarm: RowAlarm,
    private readonly highWater: HighWater,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.refresh();
    this.highWater.onNewEpoch(() => this.refresh());
    this.loop.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.loop.stop();
  }

  /** @throws Problem `service_unavailable` if there is no signing key. */
  signer(): { kid: string; privateKey: KeyObject } {
    const key = signerOf(this.keys, this.clock.nowMs());
    if (!key) throw new Problem('service_unavailable');
    return key;
  }

  publicKey(kid: string): KeyObject | undefined {
    return publishedOf(this.keys, this.clock.nowMs()).find((key) => key.kid === kid)?.publicKey;
  }

  /** RFC 7517 §5. */
  jwks(): { keys: PublicJwk[] } {
    return { keys: publishedOf(this.keys, this.clock.nowMs()).map(({ jwk }) => jwk) };
  }

  /** The first key of a new database. It signs immediately, since there are no earlier tokens. */
  async ensureFirst(): Promise<void> {
    const createdAt = this.clock.now();
    await this.database.inTransaction(async (transaction) => {
      await this.stored.lock(transaction);
      if ((await this.stored.count(transaction)) > 0) return;
      await this.stored.add(transaction, newSigningKey(), { createdAt, signsFrom: createdAt });
    });
  }

  /** SECURITY(T-49): withdraws every key, so that everything signed by them is void. A new key signs immediately. */
  async replaceAll(): Promise<void> {
    const key = newSigningKey();
    const createdAt = this.clock.now();
    await this.database.inTransaction(async (transaction) => {
      await this.stored.lock(transaction);
      const known = await this.stored.times(transaction);
      await this.stored.add(transaction, key, { createdAt, signsFrom: createdAt });
      await this.stored.remove(
        transaction,
        known.map(({ kid }) => kid),
      );
    });
  }

  /**
   * Adds a key that signs in ten minutes, and deletes those that are no longer published.
   * @throws OperatorError while an earlier rotation is in progress.
   */
  async rotate(): Promise<{ kid: string; signsFrom: Date }> {
    const key = newSigningKey();
    const nowMs = this.clock.nowMs();
    const times = { createdAt: dateAt(nowMs), signsFrom: dateAt(nowMs + LEAD_MS) };
    await this.database.inTransaction(async (transaction) => {
      await this.stored.lock(transaction);
      const known = await this.stored.times(transaction);
      if (known.some(({ signsFrom }) => signsFrom.getTime() > nowMs)) {
        throw new OperatorError('A rotation is already in progress: its key starts to sign within ten minutes.');
      }
      const published = new Set(publishedOf(known, nowMs).map(({ kid }) => kid));
      await this.stored.add(transaction, key, times);
      await this.stored.remove(
        transaction,
        known.map(({ kid }) => kid).filter((kid) => !published.has(kid)),
      );
    });
    return { kid: key.publicJwk.kid, signsFrom: times.signsFrom };
  }

  private async refresh(): Promise<void> {
    const known = new Map(this.keys.map((key) => [key.kid, key]));
    const stored = await this.stored.all();
    this.keys = stored.flatMap((key) => (key.isBound ? known.get(key.kid) : undefined) ?? this.live(key) ?? []);
  }

  /** Null if it cannot be opened. It then neither signs nor verifies; the other keys do. */
  private live(key: StoredSigningKey): LiveKey | null {
    const { kid, createdAt, signsFrom, publicJwk } = key;
    // SECURITY(T-47): a public key that an attacker inserted would verify their tokens.
    const opened = key.isBound ? key.openPrivate() : null;
    if (opened === null) {
      this.alarm.raise({ tenantId: OPERATOR_TENANT_ID, table: 'signing_keys' });
      return null;
    }
    const privateKey = privateKeyOf(opened);
    return { kid, createdAt, signsFrom, jwk: publicJwk, publicKey: publicKeyOf(publicJwk), privateKey };
  }
}
