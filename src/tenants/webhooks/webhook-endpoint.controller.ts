import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { CallOf, type Call } from '../../contract/caller.js';
import { RouteContract } from '../../contract/route-contract.js';
import { fromTypeId } from '../../platform/crypto/type-id.js';
import { Problem } from '../../platform/errors/problem.js';
import { readWebAddress } from '../settings/web-address.policy.js';
import { AddedEndpoint, EndpointId, EndpointList, NewEndpoint, RotatedSecret } from './webhook-endpoint.dto.js';
import { WebhookEndpointService } from './webhook-endpoint.service.js';

@Controller('v1/webhook-endpoints')
export class WebhookEndpointController {
  constructor(private readonly endpoints: WebhookEndpointService) {}

  @Post()
  @RouteContract({
    summary: 'Add an endpoint for alerts',
    description:
      'Registers a URL that gets each alert within seconds, signed by Standard Webhooks. Check the ' +
      'signature with the secret, which is shown this once, and answer 2xx within five seconds. Otherwise ' +
      'the alert is sent again for three days. A 410 disables the endpoint. At most five endpoints; those ' +
      'of the operator do not count.',
    auth: 'token',
    scope: 'webhooks:write',
    throttle: 'client',
    data: 'credential',
    audit: ['webhook.endpoint_added'],
    answer: { status: 201, schema: AddedEndpoint },
    refusals: ['too_many_endpoints'],
    consumes: 'application/json',
  })
  add(@CallOf() call: Call, @Body({ schema: NewEndpoint }) { url }: NewEndpoint): Promise<AddedEndpoint> {
    return this.endpoints.add(call.tenantId, readWebAddress(url) ?? url, call);
  }

  @Get()
  @RouteContract({
    summary: 'List the endpoints',
    description: 'Returns all endpoints, oldest first, without their secrets.',
    auth: 'token',
    scope: 'webhooks:write',
    throttle: 'client',
    data: 'operational',
    audit: [],
    answer: { status: 200, schema: EndpointList },
  })
  list(@CallOf() { tenantId }: Call): Promise<EndpointList> {
    return this.endpoints.list(tenantId);
  }

  @Post(':endpointId/rotate-secret')
  @RouteContract({
    summary: 'Rotate the secret of an endpoint',
    description:
      'Returns a new secret. For one day alerts are signed with both secrets, so that the receiver can ' +
      'change over without a gap. Raises an alert. Refused for an endpoint that the operator added.',
    auth: 'token',
    scope: 'webhooks:write',
    throttle: 'client',
    data: 'credential',
    audit: ['webhook.secret_rotated'],
    answer: { status: 201, schema: RotatedSecret },
    refusals: ['not_found', 'operator_endpoint'],
  })
  rotate(
    @CallOf() call: Call,
    @Param('endpointId', { schema: EndpointId }) endpointId: string,
  ): Promise<RotatedSecret> {
    return this.endpoints.rotate(keyOf(call, endpointId), call);
  }

  @Delete(':endpointId')
  @RouteContract({
    summary: 'Remove an endpoint',
    description:
      'Removes an endpoint, with the alerts that it has not received. Raises an alert. Refused for an ' +
      'endpoint that the operator added.',
    auth: 'token',
    scope: 'webhooks:write',
    throttle: 'client',
    data: 'operational',
    audit: ['webhook.endpoint_removed'],
    answer: { status: 204 },
    refusals: ['not_found', 'operator_endpoint'],
  })
  remove(@CallOf() call: Call, @Param('endpointId', { schema: EndpointId }) endpointId: string): Promise<void> {
    return this.endpoints.remove(keyOf(call, endpointId), call);
  }
}

function keyOf({ tenantId }: Call, endpointId: string) {
  const id = fromTypeId('whe', endpointId);
  if (id === null) throw new Problem('not_found');
  return { tenantId, id };
}
