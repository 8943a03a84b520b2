// An application that imports customers from another system and looks each one up before it enrols them. All numbers
// are unknown, but it is no attack. A customer who is enrolled within the hour counts as known; a customer enrolled a
// week later does not.
import type { Caller } from '../server/caller.js';
import type { Ground, LabTenant } from '../server/ground.js';
import { TICK_MS, type Actor, type Tick } from './timeline.js';

const PER_TICK = 8;

export interface ImportOptions {
  readonly ground: Ground;
  readonly tenant: LabTenant;
  readonly caller: Caller;
  readonly numbers: readonly string[];
  /** Half hours from the look-up to the confirmed enrolment. */
  readonly delay: number;
}

export class Import implements Actor {
  asked = 0;
  isStopped = false;
  private readonly waiting: { readonly phoneNumber: string; readonly dueMs: number }[] = [];

  constructor(readonly options: ImportOptions) {}

  async act({ nowMs, hour, day }: Tick): Promise<void> {
    await this.enrol(nowMs);
    // On three mornings of each week.
    if (this.isStopped || hour < 8 || hour > 12 || day % 7 > 2) return;
    for (let asked = 0; asked < PER_TICK; asked += 1) await this.ask(nowMs);
  }

  private async ask(nowMs: number): Promise<void> {
    const phoneNumber = this.options.numbers[this.asked];
    if (phoneNumber === undefined || this.isStopped) return;
    const { status } = await this.options.caller.post('/v1/phone-lookups', { phoneNumber });
    if (status === 403) this.isStopped = true;
    if (status !== 200) return;
    this.asked += 1;
    this.waiting.push({ phoneNumber, dueMs: nowMs + this.options.delay * TICK_MS });
  }

  private async enrol(nowMs: number): Promise<void> {
    const { ground, tenant } = this.options;
    const due = this.waiting.filter(({ dueMs }) => dueMs <= nowMs);
    if (due.length === 0) return;
    this.waiting.splice(0, due.length);
    await ground.plant(due.map(({ phoneNumber }) => ({ tenant, phoneNumber })));
  }
}
