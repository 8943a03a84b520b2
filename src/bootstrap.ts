// Builds the service and listens. main.ts runs it with the machine's clock; tests and the lab have their own entry
// points with another clock.
import 'reflect-metadata';
import { createServer, type AddressInfo } from 'node:net';
import type { Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/internal';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, FEATURES } from './app.module.js';
import { buildInventory, type RouteEntry } from './contract/inventory.js';
import { TotpDecoys } from './factors/totp/totp-decoys.js';
import { refuseStrangers } from './gate/boot-check.js';
import { addMethodRefusals, buildFrame, type Frame } from './gate/frame/frame.js';
import { limitsOf, type ThrottleStore } from './gate/throttle/limits.js';
import { openThrottleStore } from './gate/throttle/open-throttle-store.js';
import type { Settings } from './platform/config/settings.js';
import { ensureDemoClient } from './admin/demo-client.js';
import { ClientService } from './tenants/clients/client.service.js';
import { TenantSettingsService } from './tenants/settings/tenant-settings.service.js';
import { PhoneSettingsService } from './phones/settings/phone-settings.service.js';
import { openPlatform, type OpenOptions, type OpenPlatform } from './platform/open.js';
import { QuietNestLogger } from './platform/logging/nest-logger.js';
import { SigningKeys } from './signing/signing-keys.js';

export interface Service {
  readonly url: string;
  readonly platform: OpenPlatform;
  readonly throttles: ThrottleStore;
  readonly app: NestFastifyApplication;
  close(): Promise<void>;
}

export type ServiceOptions = Omit<OpenOptions, 'mayJoin'>;

export async function startService(options: ServiceOptions): Promise<Service> {
  const settings = await withPort(options.settings);
  const routes = buildInventory(controllersOf(FEATURES));
  const platform = await openPlatform({ ...options, settings, mayJoin: false });
  let throttles: ThrottleStore | undefined;
  const end = async () => {
    throttles?.close();
    await platform.close();
  };
  try {
    // A port in use is reported before anything is built. Nest logs no error of its own.
    await freePort(settings);
    await platform.highWater.start();
    throttles = await openThrottleStore(platform);
    const app = await assemble(platform, throttles, routes);
    await app.get(TotpDecoys).ensure();
    if (platform.embedded)
      await ensureDemoClient(
        {
          clients: app.get(ClientService),
          settings: app.get(TenantSettingsService),
          phones: app.get(PhoneSettingsService, { strict: false }),
        },
        { dataDir: settings.DATA_DIR, issuer: issuerOf(settings) },
      );
    await app.listen(settings.PORT, settings.HOST);
    const close = async () => {
      await app.close();
      await end();
    };
    return { url: urlOf(settings), platform, throttles, app, close };
  } catch (error) {
    await end();
    throw error;
  }
}

async function assemble(
  platform: OpenPlatform,
  store: ThrottleStore,
  routes: readonly RouteEntry[],
): Promise<NestFastifyApplication> {
  const { settings, log, highWater } = platform;
  const limits = limitsOf(settings);
  const frame: Frame = buildFrame({ settings, store, limits, routes, log, isClosed: () => highWater.isBehind });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with({ platform, issuer: issuerOf(settings), store, limits, routes }),
    new FastifyAdapter(frame.fastify as never),
    { bodyParser: false, logger: new QuietNestLogger(log), abortOnError: false },
  );
  if (settings.CORS_ORIGINS.length > 0)
    app.enableCors({ origin: [...settings.CORS_ORIGINS], methods: ['GET', 'POST', 'DELETE'], maxAge: 600 });
  // A signing key must exist before keys are first read.
  await app.get(SigningKeys).ensureFirst();
  await app.init();
  refuseStrangers(frame.known, routes);
  addMethodRefusals(frame.fastify, routes);
  return app;
}

/** Controllers of the feature modules, from Nest's metadata. */
export function controllersOf(modules: readonly Type[]): Type[] {
  return modules.flatMap((module) => (Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) ?? []) as Type[]);
}

/** The issuer contains the port. So for port 0 a free one is chosen before listening. */
async function withPort(settings: Settings): Promise<Settings> {
  return settings.PORT === 0 ? { ...settings, PORT: await freePort(settings) } : settings;
}

function freePort({ HOST, PORT }: Settings): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(PORT, HOST, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function issuerOf(settings: Settings): string {
  return settings.ISSUER ?? urlOf(settings);
}

function urlOf({ HOST, PORT }: Settings): string {
  return `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}`;
}
