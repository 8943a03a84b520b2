// Delivers one alert to one receiver: a signed POST to an endpoint, or a line of the log.
import { Injectable } from '@nestjs/common';
import type { Alert } from '../../abuse/alerts/alert.dto.js';
import { Sealer } from '../../platform/crypto/sealer.js';
import { toTypeId } from '../../platform/crypto/type-id.js';
import { Log } from '../../platform/logging/log.js';
import { ENDPOINT_SECRETS } from '../../tenants/webhooks/webhook-endpoint.repository.js';
import { SignedPosts } from '../signed-posts.js';
import { AlertDeliveryRepository, type TakenAlert } from './alert-delivery.repository.js';
import { EndpointDisabling } from './endpoint-disabling.js';
import { outcomeOf } from './retry.policy.js';

@Injectable()
export class AlertTransport {
  constructor(
    private readonly deliveries: AlertDeliveryRepository,
    private readonly posts: SignedPosts,
    private readonly sealer: Sealer,
    private readonly disabling: EndpointDisabling,
    private readonly log: Log,
  ) {}

  /** @throws errors of the connection. The delivery is then due again, as after an answer that is not 2xx. */
  async deliver(alert: TakenAlert): Promise<void> {
    const { endpointId } = alert;
    if (endpointId === null) this.write(alert.body);
    else if (!(await this.post(alert, endpointId))) return;
    await this.deliveries.taken(alert);
  }

  private write(body: string): void {
    const { data } = JSON.parse(body) as { data: Pick<Alert, 'kind' | 'clientId' | 'count'> & { tenantId: string } };
    const { kind, tenantId, clientId, count } = data;
    this.log.warn(`alert: ${kind}`, { tenantId, ...(clientId === undefined ? {} : { clientId }), count });
  }

  private async post(alert: TakenAlert, endpointId: string): Promise<boolean> {
    const { tenantId, id, url, body } = alert;
    // The endpoint was removed meanwhile.
    if (url === null) return true;
    const { status } = await this.posts.sendText({
      url,
      secrets: this.secretsOf(alert, endpointId),
      id: toTypeId('msg', id),
      body,
    });
    const outcome = outcomeOf(status);
    if (outcome === 'gone') await this.disabling.disable(tenantId, endpointId);
    return outcome === 'taken';
  }

  private secretsOf({ tenantId, secret, previousSecret }: TakenAlert, rowId: string): Buffer[] {
    const place = (kind: keyof typeof ENDPOINT_SECRETS) => ({ ...ENDPOINT_SECRETS[kind], tenantId, rowId });
    return [
      ...(secret === null ? [] : [this.sealer.open(secret, place('secret'))]),
      ...(previousSecret === null ? [] : [this.sealer.open(previousSecret, place('previous'))]),
    ];
  }
}
