// A device registers, approves and denies. It is the reference device, in a process of its own that calls the service
// itself. The tour shows its output, not its requests.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { maskedJson } from './mask.js';
import { expectSame } from './refusal.js';
import type { Scene } from './scene.js';
import type { Answer } from './service.js';

const PROGRAM = resolve(import.meta.dirname, '..', 'examples', 'device', 'device.mjs');
const CONTEXT = { text: 'Pay the invoice 4711', amount: { value: '120.00', currency: 'EUR' }, origin: 'shop.example' };

export async function meetDevice(scene: Scene): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-tour-'));
  try {
    const device = new Device(scene, join(folder, 'device.json'));
    await register(scene, device);
    await approve(scene, device);
    await deny(scene, device);
    await addAnother(scene);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function register(scene: Scene, device: Device): Promise<void> {
  scene.announce({
    title: 'Register a device',
    shows:
      'The application opens a registration and shows a QR code. An app scans it and creates its own key. The user types the six digits ' +
      'derived from that key into the application. Another phone that photographed the QR code has another key.',
    lesson: 'attackers add devices of their own: here application, device and user have to agree.',
  });
  const path = `/v1/users/${scene.deviceUser}/devices`;
  const opened = await scene.exchange({ method: 'POST', path, body: {} }, 201);
  scene.expectEvent(opened, { action: 'factor.enrolment_opened', userId: scene.deviceUser });
  scene.screen.qrCode(String(opened.json['registrationUri']));
  const { deviceId, code } = await device.run('register', String(opened.json['registrationUri']), '--name', 'Terminal');
  const confirm = { method: 'POST', path: `${path}/${String(deviceId)}/confirm`, body: { code } } as const;
  const confirmed = await scene.exchange(confirm, 200);
  expectSame('the status of the device', 'active', confirmed.json['status']);
  scene.expectEvent(confirmed, { action: 'factor.activated', userId: scene.deviceUser });
  scene.conclude('The device is active.');
}

async function approve(scene: Scene, device: Device): Promise<void> {
  scene.announce({
    title: 'Approve a payment on the device',
    shows:
      'The device shows the text of the request. The user types the number from the application’s page. The service never sends ' +
      'the number to the device. The device signs the challenge, the action, the text and the number.',
    lesson: 'users tap “approve” when they are asked often enough. Here they must read a number where they sign in.',
  });
  const asked = await ask(scene, { action: 'pay', context: CONTEXT });
  const answer = await device.run('approve', String(asked.json['id']), '--number', String(asked.json['matchCode']));
  expectSame('the decision', 'approved', answer['status']);
  const path = `/v1/challenges/${String(asked.json['id'])}?wait=25`;
  const look = await scene.exchange({ method: 'GET', path }, 200);
  expectSame('the status that the application sees', 'approved', look.json['status']);
  expectSame('an assertion for it', 'string', typeof look.json['assertion']);
  scene.conclude('Approved, with an assertion.');
}

async function deny(scene: Scene, device: Device): Promise<void> {
  scene.announce({
    title: 'Deny an unexpected request',
    shows: 'Another person signs in with the password. The user denies the request, and the tenant gets an event.',
    lesson: 'a denial is a warning: another person knows the password.',
  });
  const asked = await ask(scene, { action: 'login' });
  const answer = await device.run('deny', String(asked.json['id']));
  expectSame('the decision', 'denied', answer['status']);
  const look = await scene.exchange({ method: 'GET', path: `/v1/challenges/${String(asked.json['id'])}` }, 200);
  expectSame('the status that the application sees', 'denied', look.json['status']);
  scene.conclude('Denied.');
}

async function addAnother(scene: Scene): Promise<void> {
  scene.announce({
    title: 'Add a second device without a proof',
    shows: 'The token alone is not enough here either: the first device would have to approve it.',
    lesson: 'in 2022 attackers added devices of their own to 93 Authy accounts.',
  });
  const answer = await scene.exchange({ method: 'POST', path: `/v1/users/${scene.deviceUser}/devices`, body: {} }, 403);
  expectSame('the code of the refusal', 'step_up_required', answer.json['code']);
  scene.expectEvent(answer, { action: 'step_up.refused', reason: 'step_up_missing', userId: scene.deviceUser });
  scene.conclude('Refused.');
}

async function ask(scene: Scene, body: object): Promise<Answer> {
  const path = `/v1/users/${scene.deviceUser}/challenges`;
  const asked = await scene.exchange({ method: 'POST', path, body: { type: 'device', ...body } }, 201);
  scene.expectEvent(asked, { action: 'challenge.created', userId: scene.deviceUser });
  return asked;
}

/** The reference device, one process for each command. */
class Device {
  constructor(
    private readonly scene: Scene,
    private readonly file: string,
  ) {}

  async run(...words: string[]): Promise<Record<string, unknown>> {
    const { screen } = this.scene;
    screen.line();
    screen.line(`$ node examples/device/device.mjs ${words[0] ?? ''} …`, 'dim');
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, ...words, '--file', this.file, '--json']);
    const said = JSON.parse(stdout) as Record<string, unknown>;
    screen.wire('  ', maskedJson(said));
    screen.line();
    return said;
  }
}
