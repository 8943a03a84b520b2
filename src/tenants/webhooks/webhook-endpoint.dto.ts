import { z } from 'zod';
import { typeIdSchema } from '../../contract/type-id.dto.js';
import { NextCursor } from '../../contract/paging.js';
import { MAX_ADDRESS, readWebAddress } from '../settings/web-address.policy.js';

const EXAMPLE = 'whe_01kaqy4zq7e1kvf3xh2vbsrzq0';
const SECRET = 'whsec_plJ3nmyCDGBKInavdOK15jsl2l5SNV9TWHjLqqoyWgo=';

export const EndpointId = typeIdSchema('whe', { description: 'Id of an endpoint.', example: EXAMPLE });

export const NewEndpoint = z
  .strictObject({
    url: z
      .string()
      .max(MAX_ADDRESS)
      .refine((text) => readWebAddress(text) !== null, 'is not an https:// address without credentials and fragment')
      .meta({ description: 'An `https://` URL. Private and local addresses are not called.' }),
  })
  .meta({ examples: [{ url: 'https://backend.example/countersign' }] });

export const Endpoint = z.object({
  id: z.string(),
  url: z.string(),
  status: z.enum(['active', 'disabled']).meta({
    description: '`disabled`: it answered 410. It gets no alerts until an operator replays those that it missed.',
  }),
  addedBy: z
    .enum(['tenant', 'operator'])
    .meta({ description: '`operator`: only the operator can change or remove it.' }),
  createdAt: z.string().meta({ description: 'RFC 3339, UTC.' }),
});

const ONE = {
  id: EXAMPLE,
  url: 'https://backend.example/countersign',
  status: 'active',
  addedBy: 'tenant',
  createdAt: '2026-11-25T09:00:00.000Z',
};

export const AddedEndpoint = Endpoint.extend({
  secret: z.string().meta({ description: 'Verifies the signature (Standard Webhooks). Shown this once.' }),
}).meta({ examples: [{ ...ONE, secret: SECRET }] });

export const EndpointList = z
  .object({ data: z.array(Endpoint), nextCursor: NextCursor })
  .meta({ examples: [{ data: [ONE], nextCursor: null }] });

export const RotatedSecret = z
  .object({
    id: z.string(),
    secret: z.string().meta({ description: 'Shown this once.' }),
    previousUntil: z.string().meta({ description: 'Until then the old secret signs too. RFC 3339, UTC.' }),
  })
  .meta({ examples: [{ id: EXAMPLE, secret: SECRET, previousUntil: '2026-11-26T09:00:00.000Z' }] });

export type NewEndpoint = z.infer<typeof NewEndpoint>;
export type Endpoint = z.infer<typeof Endpoint>;
export type AddedEndpoint = z.infer<typeof AddedEndpoint>;
export type EndpointList = z.infer<typeof EndpointList>;
export type RotatedSecret = z.infer<typeof RotatedSecret>;
