// Owner of the table phone_settings.
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '../../platform/database/database.js';
import { NO_PHONES, type RiskAnswer, type StoredPhoneSettings, type TransportName } from './phone-settings.policy.js';

/** Where the secrets of a tenant are sealed for; the row's id is the tenant's. */
export const PHONE_SECRETS = {
  webhook: { table: 'phone_settings', column: 'webhook_secret' },
  twilio: { table: 'phone_settings', column: 'twilio_token' },
  risk: { table: 'phone_settings', column: 'risk_secret' },
} as const;

@Injectable()
export class PhoneSettingsRepository {
  constructor(private readonly database: Database) {}

  async find(tenantId: string, transaction?: Transaction): Promise<StoredPhoneSettings> {
    const found = await (transaction ?? this.database.prisma).phoneSettings.findUnique({
      where: { tenantId },
      omit: { tenantId: true },
    });
    if (found === null) return NO_PHONES;
    const { via, riskUnknown, riskRecent, ...rest } = found;
    return {
      ...rest,
      via: via as TransportName | null,
      riskUnknown: riskUnknown as RiskAnswer,
      riskRecent: riskRecent as RiskAnswer,
    };
  }

  /** Of a tenant that is there. */
  async set(transaction: Transaction, tenantId: string, settings: StoredPhoneSettings): Promise<void> {
    const { countries, webhookSecret, twilioToken, riskSecret, ...rest } = settings;
    const data = {
      ...rest,
      countries: [...countries],
      webhookSecret: webhookSecret && Uint8Array.from(webhookSecret),
      twilioToken: twilioToken && Uint8Array.from(twilioToken),
      riskSecret: riskSecret && Uint8Array.from(riskSecret),
    };
    await transaction.phoneSettings.upsert({
      where: { tenantId },
      create: { tenantId, ...data },
      update: data,
      select: { tenantId: true },
    });
  }

  /** Whether any tenant writes its codes to a file. */
  async hasOutbox(): Promise<boolean> {
    return (await this.database.prisma.phoneSettings.count({ where: { via: 'outbox' } })) > 0;
  }

  async hasTenant(transaction: Transaction, tenantId: string): Promise<boolean> {
    return (await transaction.tenant.count({ where: { id: tenantId } })) === 1;
  }
}
