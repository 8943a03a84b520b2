import { Body, Controller, Param, Post } from '@nestjs/common';
import { OriginOf, type Origin } from '../../../contract/caller.js';
import { RouteContract } from '../../../contract/route-contract.js';
import { DeviceId } from '../device.dto.js';
import { RegisteredDevice, RegistrationBody } from './registration.dto.js';
import { RegistrationService } from './registration.service.js';

@Controller('v1/device-registrations')
export class RegistrationController {
  constructor(private readonly registrations: RegistrationService) {}

  @Post(':registrationId/complete')
  @RouteContract({
    summary: 'Register this device',
    description:
      'Registers the public key of an app that has the ticket of the QR code, and verifies that it holds ' +
      'the private key. The app then shows the user a code: the first 48 bits of the SHA-256 of ' +
      '`nonce.thumbprint` (RFC 7638), modulo a million, as six digits. Every refusal is the same 422.',
    auth: 'ticket',
    throttle: 'address',
    data: 'credential',
    audit: ['device.registered', 'device.registration_refused'],
    answer: { status: 201, schema: RegisteredDevice },
    refusals: ['verification_refused', 'app_too_old'],
    consumes: 'application/json',
  })
  complete(
    @OriginOf() origin: Origin,
    @Param('registrationId', { schema: DeviceId }) registrationId: string,
    @Body({ schema: RegistrationBody }) body: RegistrationBody,
  ): Promise<RegisteredDevice> {
    return this.registrations.complete(origin, registrationId, body);
  }
}
