// Reads the phone settings of a tenant, and changes them for an operator.
import { Inject, Injectable } from '@nestjs/common';
import { DECOY_TENANT_ID } from '../../contract/reserved-tenants.js';
import { AuditLog } from '../../audit/audit-log.js';
import { SETTINGS, type Settings } from '../../platform/config/settings.js';
import { Sealer } from '../../platform/crypto/sealer.js';
import { newWebhookSecret, writtenSecret } from '../../platform/crypto/webhook-signature.js';
import { fromTypeId } from '../../platform/crypto/type-id.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { OperatorError } from '../../platform/errors/operator-error.js';
import { Problem } from '../../platform/errors/problem.js';
import {
  isAllowedIn,
  mustBeWhole,
  readPhoneChange,
  type PhoneChange,
  type PhoneWords,
  type StoredPhoneSettings,
} from './phone-settings.policy.js';
import { PHONE_SECRETS, PhoneSettingsRepository } from './phone-settings.repository.js';

/** Shown to the operator. Secrets are shown this once. */
export interface ChangedPhoneSettings extends Omit<PhoneChange, 'twilioTokenText'> {
  readonly webhookSecret?: string;
  readonly riskSecret?: string;
}

@Injectable()
export class PhoneSettingsService {
  constructor(
    private readonly settings: PhoneSettingsRepository,
    private readonly database: Database,
    private readonly audit: AuditLog,
    private readonly sealer: Sealer,
    @Inject(SETTINGS) private readonly environment: Settings,
  ) {}

  of(tenantId: string, transaction?: Transaction): Promise<StoredPhoneSettings> {
    return this.settings.find(tenantId, transaction);
  }

  /** @throws Problem `phones_off` if the tenant has no transport: text messages are off by default. */
  async mustBeOn(tenantId: string): Promise<StoredPhoneSettings> {
    const settings = await this.settings.find(tenantId);
    if (settings.via === null) throw new Problem('phones_off');
    return settings;
  }

  /** @throws OperatorError for an unknown tenant or an invalid setting. */
  async change(tenant: string, words: PhoneWords): Promise<ChangedPhoneSettings> {
    const change = phoneChangeOf(words);
    const tenantId = fromTypeId('ten', tenant);
    const fresh = {
      ...(change.webhookUrl ? { webhookSecret: newWebhookSecret() } : {}),
      ...(change.riskUrl ? { riskSecret: newWebhookSecret() } : {}),
    };
    await this.database.inTransaction(async (transaction) => {
      const isThere = tenantId !== null && tenantId !== DECOY_TENANT_ID;
      if (!isThere || !(await this.settings.hasTenant(transaction, tenantId)))
        throw new OperatorError(`There is no tenant ${tenant}.`);
      await this.apply(transaction, tenantId, { ...change, ...fresh });
      await this.audit.record(transaction, { tenantId, action: 'tenant.changed', actor: {} });
    });
    const secrets = Object.entries(fresh).map(([name, secret]) => [name, writtenSecret(secret)] as const);
    return { ...withoutToken(change), ...Object.fromEntries(secrets) };
  }

  private async apply(transaction: Transaction, tenantId: string, change: AppliedChange): Promise<void> {
    const { twilioTokenText, webhookSecret, riskSecret, ...plain } = change;
    const seal = (secret: Buffer, kind: keyof typeof PHONE_SECRETS) =>
      this.sealer.seal(secret, { ...PHONE_SECRETS[kind], tenantId, rowId: tenantId });
    const next: StoredPhoneSettings = {
      ...(await this.settings.find(tenantId, transaction)),
      ...plain,
      ...(webhookSecret ? { webhookSecret: seal(webhookSecret, 'webhook') } : {}),
      ...(riskSecret ? { riskSecret: seal(riskSecret, 'risk') } : {}),
      ...(plain.riskUrl === null ? { riskSecret: null } : {}),
      ...(twilioTokenText === undefined ? {} : { twilioToken: seal(Buffer.from(twilioTokenText), 'twilio') }),
    };
    if (!isAllowedIn(this.environment.NODE_ENV, next))
      throw new OperatorError('--via outbox writes codes to a file: production refuses it.');
    asOperatorError(() => mustBeWhole(next));
    await this.settings.set(transaction, tenantId, next);
  }
}

interface AppliedChange extends PhoneChange {
  readonly webhookSecret?: Buffer;
  readonly riskSecret?: Buffer;
}

/** @throws OperatorError that names the invalid option. */
export function phoneChangeOf(words: PhoneWords): PhoneChange {
  return asOperatorError(() => readPhoneChange(words));
}

/** Without secrets. */
export function withoutToken(change: PhoneChange): Omit<PhoneChange, 'twilioTokenText'> {
  return Object.fromEntries(Object.entries(change).filter(([name]) => name !== 'twilioTokenText'));
}

function asOperatorError<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw new OperatorError((error as Error).message);
  }
}
