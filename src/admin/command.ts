// What a command of the operator is made of.
import type { INestApplicationContext } from '@nestjs/common';
import type { OpenOptions } from '../platform/open.js';

export type Options = Readonly<Record<string, string>>;
export type Outcome = Readonly<Record<string, unknown>>;

interface CommandBase {
  readonly usage: string;
  readonly explains: string;
  readonly options: readonly string[];
  /** What it would do, for the dry run. */
  plan(options: Options): string;
}

/** A command that works with the rights of the service. */
interface ServiceCommand extends CommandBase {
  /** What the dry run looks up besides: how much there is to do. Changes nothing. */
  look?(app: INestApplicationContext, options: Options): Promise<Outcome>;
  /** `say` takes lines about progress, for what is long. */
  apply(app: INestApplicationContext, options: Options, say?: (line: string) => void): Promise<Outcome>;
}

/** A command that works with the owner's login, and without the service, which may have no structure yet. */
export interface OwnerCommand extends CommandBase {
  applyAsOwner(open: OpenOptions): Promise<Outcome>;
}

export type Command = ServiceCommand | OwnerCommand;
