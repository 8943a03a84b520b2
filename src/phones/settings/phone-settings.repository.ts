// Owner of the table phone_settings.
import { Injectable } from '@nestjs/common';
import { RowAlarm } from '../../abuse/alerts/row-alarm.js';
import { RowBinder } from '../../platform/keys/row-binder.js';
import { Database, type Transaction } from '../../platform/database/database.js';
import { NO_PHONES, type RiskAnswer, type StoredPhoneSettings, type TransportName } from './phone-settings.policy.js';

/** The binding of the tenant's sealed secrets. The row's id is the tenant's. */
export const PHONE_SECRETS = {
  webhook: { table: 'phone_settings', column: 'webhook_secret' },
  twilio: { table: 'phone_settings', column: 'twilio_token' },
  risk: { table: 'phone_settings', column: 'risk_secret' },
} as const;

@Injectable()
export class PhoneSettingsRepository {
  constructor(
    private readonly database: Database,
    private readonly binder: RowBinder,
    private readonly alarm: RowAlarm,
  ) {}

  async find(tenantId: string, transaction?: Transaction): Promise<StoredPhoneSettings> {
    const found = await (transaction ?? this.database.prisma).phoneSettings.findUnique({
      where: { tenantId },
      omit: { tenantId: true },
    });
    if (found === null) return NO_PHONES;
    const { via, riskUnknown, riskRecent, rowMac, ...rest } = found;
    // SECURITY(T-47): no code is sent to an address that the service did not write. The tenant has no phones until an
    // operator sets them again.
    if (!this.binder.isBound('phone_settings', factsOf(tenantId, found), rowMac)) {
      this.alarm.raise({ tenantId, table: 'phone_settings' });
      return NO_PHONES;
    }
    return {
      ...rest,
      via: via as TransportName | null,
      riskUnknown: riskUnknown as RiskAnswer,
      riskRecent: riskRecent as RiskAnswer,
    };
  }

  /** For an existing tenant. */
  async set(transaction: Transaction, tenantId: string, settings: StoredPhoneSettings): Promise<void> {
    const { countries, webhookSecret, twilioToken, riskSecret, ...rest } = settings;
    const data = {
      ...rest,
      countries: [...countries],
      webhookSecret: webhookSecret && Uint8Array.from(webhookSecret),
      twilioToken: twilioToken && Uint8Array.from(twilioToken),
      riskSecret: riskSecret && Uint8Array.from(riskSecret),
    };
    const rowMac = this.binder.bind('phone_settings', factsOf(tenantId, data));
    await transaction.phoneSettings.upsert({
      where: { tenantId },
      create: { tenantId, ...data, rowMac },
      update: { ...data, rowMac },
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

/** The values under the row's MAC: where codes are sent, and the conditions. The secrets are sealed for the tenant. */
type BoundSettings = Omit<StoredPhoneSettings, 'via' | 'riskUnknown' | 'riskRecent'> & {
  readonly via: string | null;
  readonly riskUnknown: string;
  readonly riskRecent: string;
};

function factsOf(tenantId: string, settings: BoundSettings) {
  return {
    tenant_id: tenantId,
    via: settings.via,
    countries: settings.countries,
    daily_cap: settings.dailyCap,
    lookups: settings.lookups,
    webhook_url: settings.webhookUrl,
    twilio_account: settings.twilioAccount,
    twilio_from: settings.twilioFrom,
    risk_url: settings.riskUrl,
    risk_unknown: settings.riskUnknown,
    risk_recent: settings.riskRecent,
    risk_recent_days: settings.riskRecentDays,
  };
}
