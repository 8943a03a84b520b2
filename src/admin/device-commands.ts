// The operator's commands for device apps.
import { AppMinimumService, readAppMinimum } from '../factors/devices/apps/app-minimum.service.js';
import type { Command } from './command.js';

export const DEVICE_COMMANDS: Readonly<Record<string, Command>> = {
  'devices require': {
    usage: '--platform android|ios|desktop --min VERSION|none [--tenant TENANT]',
    explains:
      'Sets the minimum version of an app, for one tenant or for all. Older apps are refused at their next ' +
      'call of any kind. If both are set, the newer one counts.',
    options: ['platform', 'min'],
    plan: ({ tenant, ...words }) => {
      const { platform, min } = readAppMinimum(words);
      return `require ${min ?? 'no version'} on ${platform} of ${tenant ?? 'all tenants'}`;
    },
    apply: async (app, { tenant, ...words }) => {
      const minimum = readAppMinimum(words);
      const minimums = app.get(AppMinimumService, { strict: false });
      await (tenant === undefined ? minimums.requireEverywhere(minimum) : minimums.require(tenant, minimum));
      return { ...minimum, tenantId: tenant ?? null };
    },
  },
};
