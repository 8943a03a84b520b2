// The settings of the page: the demo client of an embedded database, or none.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DEMO_SCOPES } from '../../contract/scopes.js';
import { isLoopback, type Settings } from '../../platform/config/settings.js';
import { mayShowDemo } from './demo.policy.js';
import type { FileAnswer } from './file-answer.js';

const DemoClient = z.object({ clientId: z.string(), clientSecret: z.string() });

export function demoSettings(settings: Settings, host: string | null): FileAnswer {
  const facts = {
    isProduction: settings.NODE_ENV === 'production',
    expectsOthers: settings.TRUSTED_PROXIES.length > 0 || settings.ISSUER !== undefined,
    listensOn: { isLoopback: isLoopback(settings.HOST), port: settings.PORT },
    host,
  };
  const client = mayShowDemo(facts) ? readDemoClient(join(settings.DATA_DIR, 'demo-client.json')) : null;
  const demoClient = client && { ...client, scopes: DEMO_SCOPES };
  return { content: JSON.stringify({ demoClient }), mediaType: 'application/json; charset=utf-8' };
}

/** Read at each request: the operator may delete or replace the file. */
function readDemoClient(file: string): z.infer<typeof DemoClient> | null {
  try {
    return DemoClient.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}
