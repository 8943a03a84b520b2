// Entry point of the operator's commands: `npm run --silent admin -- <noun> <verb> … --apply --json`.
import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AdminModule } from './admin/admin.module.js';
import { readArguments, usage, type Invocation } from './admin/arguments.js';
import type { Command, Options, Outcome } from './admin/command.js';
import { initEnv } from './admin/init-env.js';
import { SystemClock } from './platform/clock/clock.js';
import { settingsOfProcess } from './platform/config/environment.js';
import type { Purpose } from './platform/config/settings.js';
import { sentenceFor } from './platform/errors/sentence.js';
import { Log } from './platform/logging/log.js';
import { openPlatform, type OpenOptions } from './platform/open.js';

const say = (line: string) => console.error(line);

const root = fileURLToPath(new URL('..', import.meta.url));

async function main(words: readonly string[]): Promise<void> {
  if (words.length === 0 || words.includes('--help')) console.log(usage());
  else if (words[0] === 'init-env') console.log(`Wrote ${initEnv(root)}`);
  else await run(readArguments(words));
}

async function run(invocation: Invocation): Promise<void> {
  const { command, options, isApplied, isJson } = invocation;
  if (!isApplied) await dryRun(invocation);
  else if ('applyAsOwner' in command) show(await command.applyAsOwner(openOptions('migrate')), isJson);
  else show(await within((app) => command.apply(app, options, say)), isJson);
}

async function dryRun({ name, command, options, isJson }: Invocation): Promise<void> {
  const plan = command.plan(options);
  const found = await lookedUp(command, options);
  if (isJson) console.log(JSON.stringify({ dryRun: true, command: name, plan, ...found }));
  else {
    show(found, false);
    console.log(`Would ${plan}. Say --apply to do it.`);
  }
}

async function lookedUp(command: Command, options: Options): Promise<Outcome> {
  if ('applyAsOwner' in command || command.look === undefined) return {};
  return within(async (app) => (await command.look?.(app, options)) ?? {});
}

function openOptions(purpose: Purpose): OpenOptions {
  const log = new Log('warn', { write: (line) => void process.stderr.write(line) });
  return { settings: settingsOfProcess(purpose), clock: new SystemClock(), log, root, say, mayJoin: true };
}

async function within(work: (app: INestApplicationContext) => Promise<Outcome>): Promise<Outcome> {
  const platform = await openPlatform(openOptions('operate'));
  try {
    const app = await NestFactory.createApplicationContext(AdminModule.with(platform), {
      logger: false,
      abortOnError: false,
    });
    const outcome = await work(app);
    await app.close();
    return outcome;
  } finally {
    await platform.close();
  }
}

function show(outcome: Outcome, isJson: boolean): void {
  if (isJson) console.log(JSON.stringify(outcome));
  else for (const [name, value] of Object.entries(outcome)) console.log(`${name}: ${String(value)}`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(sentenceFor(error));
  process.exitCode = 1;
});
