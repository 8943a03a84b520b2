// Disables an endpoint that answers 410, and alerts all others: an attacker who took it over could want to silence it.
import { Injectable } from '@nestjs/common';
import { Alerts } from '../../abuse/alerts/alerts.repository.js';
import { Clock } from '../../platform/clock/clock.js';
import { newUuid } from '../../platform/crypto/type-id.js';
import { Database } from '../../platform/database/database.js';
import { AlertDeliveryRepository } from './alert-delivery.repository.js';

@Injectable()
export class EndpointDisabling {
  constructor(
    private readonly deliveries: AlertDeliveryRepository,
    private readonly alerts: Alerts,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async disable(tenantId: string, endpointId: string): Promise<void> {
    const disabling = { tenantId, endpointId, eventId: newUuid(this.clock), now: this.clock.now() };
    await this.database.inTransaction(async (transaction) => {
      if (await this.deliveries.disable(transaction, disabling))
        await this.alerts.raise(transaction, { tenantId, kind: 'alert_address_changed', subjectId: tenantId });
    });
  }
}
