import { z } from 'zod';

/** What the application knows of the person behind the call. */
export const EndUser = z
  .strictObject({
    ip: z
      .union([z.ipv4(), z.ipv6()], { error: 'must be an IPv4 or IPv6 address' })
      .optional()
      .meta({ description: "The person's own address; stands in the audit event.", examples: ['203.0.113.7'] }),
  })
  .meta({ description: 'The person behind the call, as far as the application knows.' });

export type EndUser = z.infer<typeof EndUser>;
