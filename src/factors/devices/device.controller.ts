import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { CallOf, StepUpOf, type Call } from '../../contract/caller.js';
import { PageQuery } from '../../contract/paging.js';
import { RouteContract } from '../../contract/route-contract.js';
import { UserId } from '../../users/user-id.dto.js';
import {
  ConfirmDevice,
  ConfirmedDevice,
  DeviceId,
  DevicePage,
  DeviceRegistration,
  RegisterDevice,
} from './device.dto.js';
import { DeviceService } from './device.service.js';
import { RegistrationOpeningService } from './registration/registration-opening.service.js';

@Controller('v1/users/:userId/devices')
export class DeviceController {
  constructor(
    private readonly registrations: RegistrationOpeningService,
    private readonly devices: DeviceService,
  ) {}

  @Post()
  @RouteContract({
    summary: 'Start the registration of a device',
    description:
      'Returns a ticket with which one app can register within ten minutes. Show its QR code to the ' +
      'signed-in user only. The device is active once its code is confirmed. For a user who was ever ' +
      'enrolled, send a fresh assertion for `factors.add` in the header `Step-Up`. The request can name a ' +
      'factor that the device replaces.',
    auth: 'token',
    scope: 'devices:write',
    stepUp: 'factors.add',
    userQuery: 'counted',
    throttle: 'client',
    data: 'credential',
    audit: ['factor.enrolment_opened', 'step_up.refused'],
    answer: { status: 201, schema: DeviceRegistration },
    refusals: ['not_found'],
    consumes: 'application/json',
  })
  register(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Body({ schema: RegisterDevice }) body: RegisterDevice,
    @StepUpOf() assertion: string | undefined,
  ): Promise<DeviceRegistration> {
    return this.registrations.open(call, userId, { ...body, assertion });
  }

  @Post(':deviceId/confirm')
  @RouteContract({
    summary: 'Confirm a device by its code',
    description:
      'Confirms a registered device. The device shows six digits derived from its key, and the user types ' +
      'them into your application. Another person with the ticket has another key and so another code. Five ' +
      'wrong codes end the registration. Every refusal is the same 422.',
    auth: 'token',
    scope: 'devices:write',
    userQuery: 'logged',
    throttle: 'client',
    data: 'credential',
    audit: [
      'factor.activated',
      'factor.confirmation_refused',
      'factor.removed',
      'recovery.completed',
      'recovery.vetoed',
    ],
    answer: { status: 200, schema: ConfirmedDevice },
    refusals: ['verification_refused'],
    consumes: 'application/json',
  })
  confirm(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Param('deviceId', { schema: DeviceId }) deviceId: string,
    @Body({ schema: ConfirmDevice }) { code }: ConfirmDevice,
  ): Promise<ConfirmedDevice> {
    return this.devices.confirm(call, userId, { deviceId, code });
  }

  @Get()
  @RouteContract({
    summary: "List a user's devices",
    description:
      'Returns the registered devices: active, or waiting for their code. An unknown user has an empty ' +
      'list. The response has no count, no address and no time of last use.',
    auth: 'token',
    scope: 'devices:read',
    userQuery: 'stoppable',
    throttle: 'client',
    data: 'identifier',
    audit: [],
    answer: { status: 200, schema: DevicePage },
  })
  list(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Query({ schema: PageQuery }) query: PageQuery,
  ): Promise<DevicePage> {
    return this.devices.list(call, userId, query);
  }

  @Delete(':deviceId')
  @RouteContract({
    summary: 'Remove a device',
    description:
      'Removes a device that waits for its code. An active one needs a fresh assertion for `factors.remove` ' +
      'in the header `Step-Up`. Its proofs are refused from then on.',
    auth: 'token',
    scope: 'devices:write',
    stepUp: 'factors.remove',
    userQuery: 'needs_id',
    throttle: 'client',
    data: 'identifier',
    audit: ['factor.removed', 'step_up.refused'],
    answer: { status: 204 },
    refusals: ['not_found'],
  })
  remove(
    @CallOf() call: Call,
    @Param('userId', { schema: UserId }) userId: string,
    @Param('deviceId', { schema: DeviceId }) deviceId: string,
    @StepUpOf() assertion: string | undefined,
  ): Promise<void> {
    return this.devices.remove(call, userId, { deviceId, assertion });
  }
}
