// R-01, T-07. A developer adds or edits a route and forgets to say who may call it. The service must not start. The
// spec removes the contract of every route from the sources, builds the result and starts it.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inventory, type Route } from '../support/inventory.js';
import { makeMutant, runNode, type Edit, type Run } from '../support/mutant.js';

const { routes } = inventory();
const SRC = join(process.cwd(), 'src');
const controllers = (readdirSync(SRC, { recursive: true }) as string[])
  .filter((file) => file.endsWith('.controller.ts'))
  .map((file) => ({ file, text: readFileSync(join(SRC, file), 'utf8') }));
// No server listens on this port. A process that gets as far as the database has passed the contract check.
const DATABASE_URL = 'postgresql://app@127.0.0.1:1/none';

/** The source of a handler's decorators and signature. */
function partsOf({ controller, handler }: Route): { file: string; decorator: string; whole: string } {
  const source = controllers.find(({ text }) => text.includes(`class ${controller} `));
  if (!source) throw new Error(`no source of ${controller}`);
  const [whole = '', decorator = ''] =
    new RegExp(`(  @RouteContract\\(\\{\\n(?: {4}.*\\n)+? {2}\\}\\)\\n)(?:  @.*\\n)*  (?:async )?${handler}\\(`).exec(
      source.text,
    ) ?? [];
  if (decorator === '') throw new Error(`no contract of ${controller}.${handler} in ${source.file}`);
  return { file: source.file, decorator, whole };
}

function routeOf(handler: string): Route {
  const route = routes.find((one) => one.handler === handler);
  if (!route) throw new Error(`no ${handler}`);
  return route;
}

function withoutContract(route: Route): Edit {
  const { file, whole, decorator } = partsOf(route);
  return { file, find: whole, replace: whole.replace(decorator, '') };
}

async function started(edits: readonly Edit[]): Promise<Run> {
  const mutant = await makeMutant(edits);
  const env = { DATABASE_URL, PORT: '0', DATA_DIR: join(mutant.folder, 'data') };
  const run = await runNode({ args: [join(mutant.folder, 'dist/main.js')], env, cwd: mutant.folder });
  mutant.remove();
  return run;
}

function expectRefusal({ exitCode, text }: Run, sentence: string): void {
  expect(text).toContain(sentence);
  expect(text).not.toMatch(/^\s+at /m);
  expect(exitCode).toBe(1);
}

describe('the start of the service', () => {
  it('gets as far as the database when every route has its contract', async () => {
    expectRefusal(await started([]), 'database');
  });

  // Each of these takes a second. All faults are reported together, so the other routes share one start.
  it.each(['verify', 'token'])('refuses when only the contract of %s is missing', async (handler) => {
    const route = routeOf(handler);
    const run = await started([withoutContract(route)]);
    expectRefusal(run, `${route.controller}.${handler} has no @RouteContract`);
    expect(run.text.match(/has no @RouteContract/g)).toHaveLength(1);
  });

  it('refuses when all contracts are missing, and names each method', async () => {
    const run = await started(routes.map(withoutContract));
    for (const { controller, handler } of routes) expectRefusal(run, `${controller}.${handler} has no @RouteContract`);
    expect(run.text.match(/has no @RouteContract/g)).toHaveLength(routes.length);
  });

  it('refuses when a route that needs a token is made public', async () => {
    const { file, whole } = partsOf(routeOf('verify'));
    const open = whole
      .replace("auth: 'token'", "auth: 'none'")
      .replace(/ {4}scope: .*\n/, '')
      .replace("throttle: 'client'", "throttle: 'address'");
    const run = await started([{ file, find: whole, replace: open }]);
    expectRefusal(run, 'POST /v1/users/:userId/verify takes no token and is not in PUBLIC_ROUTES');
  });

  it('reports all faults together, with controller and method', async () => {
    const edits = [
      { find: '@Body({ schema: VerifyBody }) body', replace: '@Body() body' },
      { find: "@Param('userId', { schema: UserId })", replace: "@Param('userId')" },
    ].map((edit) => ({ file: 'challenges/verification.controller.ts', ...edit }));
    const run = await started(edits);
    expectRefusal(run, 'VerificationController.verify takes a BODY without a schema');
    expectRefusal(run, 'VerificationController.verify takes a PARAM without a schema');
  });

  it('has a mutant maker that fails if the text to replace is not found', async () => {
    const edit = { file: 'main.ts', find: 'this does not stand there', replace: '' };
    await expect(makeMutant([edit])).rejects.toThrow(/0 times instead of once/);
  });
});
