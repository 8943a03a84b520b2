// The parts of an operator's command.
import type { INestApplicationContext } from '@nestjs/common';
import type { OpenOptions } from '../platform/open.js';

export type Options = Readonly<Record<string, string>>;
export type Outcome = Readonly<Record<string, unknown>>;

interface CommandBase {
  readonly usage: string;
  readonly explains: string;
  readonly options: readonly string[];
  /** What it would do, shown by the dry run. */
  plan(options: Options): string;
}

/** A command that works with the rights of the service. */
interface ServiceCommand extends CommandBase {
  /** What the dry run reads in addition, such as the amount of work. Changes nothing. */
  look?(app: INestApplicationContext, options: Options): Promise<Outcome>;
  /** `say` prints lines of progress. */
  apply(app: INestApplicationContext, options: Options, say?: (line: string) => void): Promise<Outcome>;
}

/** A command that uses the owner's login. It does not start the service, whose tables may not exist yet. */
export interface OwnerCommand extends CommandBase {
  applyAsOwner(open: OpenOptions): Promise<Outcome>;
}

export type Command = ServiceCommand | OwnerCommand;
