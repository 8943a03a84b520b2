// What the steps of one run share, and how a step is announced and concluded.
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
  /** Which lesson of the breach it is. */
  readonly lesson: string;
}

export class Scene {
  // New each time, so that the tour can be taken again and again.
  private readonly run = randomBytes(4).toString('hex');
  readonly user = `tour-${this.run}`;
  /** The one who has a device. */
  readonly deviceUser = `device-${this.run}`;
  /** The one who has a phone. */
  readonly phoneUser = `phone-${this.run}`;
  /** Never enrolled: the service has never heard of them. */
  readonly stranger = `nobody-${this.run}`;
  /** What the audit log must hold in the end, in this order. */
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

  /** An exchange with the access token, whose status is the one expected. */
  async exchange(wish: Wish, status: number, shown: Shown = 'all'): Promise<Answer> {
    const answer = await this.send(wish, shown);
    expectSame(`the status of ${wish.method} ${wish.path}`, status, answer.status);
    return answer;
  }

  /** The same, whatever its status. */
  send(wish: Wish, shown: Shown = 'all'): Promise<Answer> {
    return this.service.send({ ...wish, authorization: `Bearer ${this.token}` }, shown);
  }

  expectEvent(answer: Answer, event: Omit<ExpectedEvent, 'requestId'>): void {
    this.events.push({ requestId: answer.requestId, ...event });
  }
}
