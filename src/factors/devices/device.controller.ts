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
    summary: 'Open the registration of a device',
    description:
      'Gives a ticket that lets one app register itself within ten minutes: show the QR code to the signed-in user alone. The ' +
      'device counts only once its code is confirmed. For a user who was ever enrolled it takes a fresh assertion for ' +
      '`factors.add` in the header `Step-Up`, and may name a factor that it replaces.',
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
      'The device shows six digits that follow from its key; the user types them into the application. Whoever else had the ' +
      'ticket has another key and another code. Five wrong codes end the registration. Every refusal is the same 422.',
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
      'Those that registered themselves: active, or waiting for their code. An unknown user has an empty list. There is no count, ' +
      'no address and no time of use.',
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
      'One that waits for its code, or an active one against a fresh assertion for `factors.remove` in the header `Step-Up`. From ' +
      'then on its proofs are refused.',
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
