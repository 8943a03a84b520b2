// Devices as the application reads them.
import { z } from 'zod';
import { SixDigits } from '../../contract/six-digits.dto.js';
import { typeIdSchema } from '../../contract/type-id.dto.js';
import { NextCursor } from '../../contract/paging.js';
import { PLATFORMS } from './apps/app-version.policy.js';
import { FactorId } from '../factor.dto.js';

const ID = 'dev_01kaqy4zq7e1kvf3xh2vbsrzq0';

export const DeviceId = typeIdSchema('dev', {
  description: 'Id of a device: the id of its factor with another prefix.',
  example: ID,
});

export const RegisterDevice = z
  .strictObject({
    replaces: FactorId.optional().meta({
      description: 'An active factor, such as the old phone, that is removed when this device is confirmed.',
    }),
  })
  .meta({ examples: [{}] });

export const DeviceRegistration = z
  .object({
    registrationId: z.string().meta({ description: 'The id that the device will have.' }),
    ticket: z.string().meta({ description: 'Lets one device register once within ten minutes. Shown this once.' }),
    nonce: z.string().meta({ description: 'The device signs this value.' }),
    registrationUri: z.string().meta({ description: 'All of this for the app, as a `countersign://register?…` URI.' }),
    qrCode: z.string().meta({ description: 'The same as an SVG image (data URI).' }),
    expiresAt: z.string().meta({ description: 'RFC 3339 UTC.' }),
  })
  .meta({
    examples: [
      {
        registrationId: ID,
        ticket: 'drt_…',
        nonce: 'bm90LWEtcmVhbC1ub25jZS1vZi10aGlydHktdHdvLWI',
        registrationUri: 'countersign://register?issuer=…&tenant=…&registration=…&ticket=…&nonce=…&name=…',
        qrCode: 'data:image/svg+xml;base64,…',
        expiresAt: '2026-11-24T09:10:00.000Z',
      },
    ],
  });

export const ConfirmDevice = z
  .strictObject({
    code: SixDigits.meta({ description: 'What the device shows after its registration.' }),
  })
  .meta({ examples: [{ code: '123456' }] });

export const ConfirmedDevice = z
  .object({ deviceId: z.string(), status: z.literal('active') })
  .meta({ examples: [{ deviceId: ID, status: 'active' }] });

export const Device = z.object({
  id: z.string(),
  name: z.string().meta({ description: 'The name that the device gave itself.' }),
  platform: z.enum(PLATFORMS),
  status: z.enum(['pending', 'active']),
  createdAt: z.string(),
});

export const DevicePage = z.object({ data: z.array(Device), nextCursor: NextCursor }).meta({
  examples: [
    {
      data: [
        {
          id: ID,
          name: "Ada's phone",
          platform: 'android',
          status: 'active',
          createdAt: '2026-11-24T09:00:00.000Z',
        },
      ],
      nextCursor: null,
    },
  ],
});

export type RegisterDevice = z.infer<typeof RegisterDevice>;
export type DeviceRegistration = z.infer<typeof DeviceRegistration>;
export type ConfirmDevice = z.infer<typeof ConfirmDevice>;
export type ConfirmedDevice = z.infer<typeof ConfirmedDevice>;
export type DevicePage = z.infer<typeof DevicePage>;
