// State shared by the steps of one run, and how a step is announced and concluded.
import { randomBytes } from 'node:crypto';
import type { Credentials } from './credentials.js';
import { expectSame } from './refusal.js';
import type { Screen } from './screen.js';
import type { Answer, Service, Shown, Wish } from './service.js';

export interface ExpectedEvent {
  readonly requestId: string;
  readonly action: string;
  readonly reason?: string;
  readonly userId?: string;
}

export interface Factor {
  readonly id: string;
  readonly secret: string;
}

export interface Heading {
  readonly title: string;
  /** What the step shows. */
  readonly shows: string;
  /** The lesson of the breach that it shows. */
  readonly lesson: string;
}

export class Scene {
  // New each time, so that the tour can be repeated.
  private readonly run = randomBytes(4).toString('hex');
  readonly user = `tour-${this.run}`;
  /** The user with a device. */
  readonly deviceUser = `device-${this.run}`;
  /** The user with a phone. */
  readonly phoneUser = `phone-${this.run}`;
  /** A user who was never enrolled. */
  readonly stranger = `unknown-${this.run}`;
  /** The events that the audit log must hold at the end, in this order. */
  readonly events: ExpectedEvent[] = [];
  private steps = 0;
  private token = '';

  constructor(
    readonly screen: Screen,
    readonly service: Service,
    readonly credentials: Credentials,
  ) {}

  get stepsDone(): number {
    return this.steps;
  }

  announce({ title, shows, lesson }: Heading): void {
    this.steps += 1;
    this.screen.line();
    this.screen.line(`${this.steps}. ${title}`, 'bold');
    this.screen.prose(shows);
    this.screen.prose(`Lesson: ${lesson}`, 'dim');
    this.screen.line();
  }

  conclude(text: string): void {
    this.screen.prose(text, 'green', '  ✓ ');
  }

  useToken(token: string): void {
    this.screen.hide(token);
    this.token = token;
  }

  /** A request with the access token, whose answer must have this status. */
  async exchange(wish: Wish, status: number, shown: Shown = 'all'): Promise<Answer> {
    const answer = await this.send(wish, shown);
    expectSame(`the status of ${wish.method} ${wish.path}`, status, answer.status);
    return answer;
  }

  /** The same for any status. */
  send(wish: Wish, shown: Shown = 'all'): Promise<Answer> {
    return this.service.send({ ...wish, authorization: `Bearer ${this.token}` }, shown);
  }

  expectEvent(answer: Answer, event: Omit<ExpectedEvent, 'requestId'>): void {
    this.events.push({ requestId: answer.requestId, ...event });
  }
}
