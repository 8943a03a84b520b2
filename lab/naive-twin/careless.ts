// Starts the careless twin, asks it, and ends it.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export class CarelessTwin {
  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
  ) {}

  static async of(people: readonly string[]): Promise<CarelessTwin> {
    const child = fork(join(import.meta.dirname, 'careless.mjs'), { execArgv: [] });
    child.send([...people]);
    const [port] = (await once(child, 'message')) as [number];
    return new CarelessTwin(child, port);
  }

  /** Other people, and an hour later. */
  async another(people: readonly string[]): Promise<void> {
    this.child.send([...people]);
    await once(this.child, 'message');
  }

  async ask(path: string, id: string): Promise<{ status: number; body: Readonly<Record<string, unknown>> }> {
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}?id=${encodeURIComponent(id)}`);
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  }

  end(): void {
    this.child.disconnect();
  }
}
