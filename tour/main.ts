// `npm run tour`: shows over HTTP what the service accepts and refuses, beside a service started by `npm start`. Every
// step announces the result and checks it. Exit status 0: every step went as printed.
import { openChallenges } from './asking.js';
import { addSecondFactor, readTrail, remove } from './closing.js';
import { readCredentials } from './credentials.js';
import { meetDevice } from './devices.js';
import { askWithoutToken, confirm, enrol, getToken, list, meet } from './opening.js';
import { meetPhone } from './phones.js';
import { askForStranger, guess, replay, tryWhileLocked, verify } from './proving.js';
import { Difference, Hindrance } from './refusal.js';
import { Scene } from './scene.js';
import { Screen, wantsColour } from './screen.js';
import { Service } from './service.js';

const screen = new Screen(process.stdout, wantsColour(process.stdout, process.env));

async function tour(): Promise<void> {
  const dataDir = process.env['DATA_DIR'] || '.countersign';
  const credentials = readCredentials(dataDir);
  screen.hide(credentials.clientSecret);
  const scene = new Scene(screen, new Service(credentials.issuer, screen), credentials);
  await meet(scene);
  screen.prose(
    `A tour of Countersign at ${credentials.issuer}: every HTTP exchange as it happens (> sent, < received), secrets ` +
      'masked. It takes up to half a minute; most of that is one wait for a fresh code.',
  );
  await walk(scene, dataDir);
  screen.line();
  screen.line(`All ${scene.stepsDone} steps went as described.`, 'bold');
  screen.prose(`Next: try the same by hand in Swagger UI, ${credentials.issuer}/docs. There is nothing to clean up.`);
}

async function walk(scene: Scene, dataDir: string): Promise<void> {
  await askWithoutToken(scene);
  await getToken(scene);
  const factor = await enrol(scene);
  await confirm(scene, factor);
  await list(scene, factor);
  const { step, assertion } = await verify(scene, factor);
  const refused = await replay(scene, factor, step);
  await askForStranger(scene, refused);
  await openChallenges(scene, factor, { step, refused });
  await guess(scene, factor, refused);
  await tryWhileLocked(scene, factor, { step, refused });
  await addSecondFactor(scene);
  await meetDevice(scene);
  await meetPhone(scene, dataDir);
  await remove(scene, factor, assertion);
  await readTrail(scene);
}

function giveUp(error: unknown): void {
  process.exitCode = 1;
  if (error instanceof Hindrance) {
    process.stderr.write(`${error.message}\n`);
  } else if (error instanceof Difference) {
    screen.line();
    screen.prose(`✗ This is not what the step says. Compared: ${error.what}.`, 'red');
    screen.wire('    expected: ', written(error.expected));
    screen.wire('    came:     ', written(error.came));
  } else {
    throw error;
  }
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? 'nothing' : JSON.stringify(value);
}

tour().catch(giveUp);
