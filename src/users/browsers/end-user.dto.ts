import { z } from 'zod';

/** What the application knows of the end user. */
export const EndUser = z
  .strictObject({
    ip: z
      .union([z.ipv4(), z.ipv6()], { error: 'must be an IPv4 or IPv6 address' })
      .optional()
      .meta({ description: "The end user's address. It is stored in the audit event." }),
    browserToken: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .meta({
        description:
          'The token from the last success in this browser. Tries with a valid token have their own lock, so ' +
          "that a stranger's wrong codes do not lock the owner out. An expired or void token counts as none.",
      }),
    rememberBrowser: z.boolean().optional().meta({
      description: 'Requests a `browserToken` in the response to a success. A sent token is always renewed.',
    }),
  })
  .meta({ description: 'The end user behind the call.' });

/** In responses to a success. */
export const BrowserToken = z
  .string()
  .optional()
  .meta({ description: 'For a cookie (HttpOnly, Secure) of this browser. Valid for 90 days and one use.' });

export type EndUser = z.infer<typeof EndUser>;
