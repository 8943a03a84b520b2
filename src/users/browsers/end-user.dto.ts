import { z } from 'zod';

/** What the application knows of the person behind the call. */
export const EndUser = z
  .strictObject({
    ip: z
      .union([z.ipv4(), z.ipv6()], { error: 'must be an IPv4 or IPv6 address' })
      .optional()
      .meta({ description: "The person's own address; stands in the audit event." }),
    browserToken: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .meta({
        description:
          'The token that the last success in this browser gave. Tries with a valid one are counted apart, so that a ' +
          "stranger's wrong codes do not keep the owner out. One that is over or void counts as none.",
      }),
    rememberBrowser: z.boolean().optional().meta({
      description: 'Asks for a `browserToken` in the answer to a success. One that is presented is renewed always.',
    }),
  })
  .meta({ description: 'What the application knows of the person behind the call.' });

/** In answers to a success. */
export const BrowserToken = z
  .string()
  .optional()
  .meta({ description: 'For a cookie (HttpOnly, Secure) of this browser: 90 days, one use.' });

export type EndUser = z.infer<typeof EndUser>;
