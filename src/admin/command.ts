// What a command of the operator is made of.
import type { INestApplicationContext } from '@nestjs/common';

export type Options = Readonly<Record<string, string>>;
export type Outcome = Readonly<Record<string, unknown>>;

export interface Command {
  readonly usage: string;
  readonly explains: string;
  readonly options: readonly string[];
  /** What it would do, for the dry run. */
  plan(options: Options): string;
  /** What the dry run looks up besides: how much there is to do. Changes nothing. */
  look?(app: INestApplicationContext, options: Options): Promise<Outcome>;
  /** `say` takes lines about progress, for what is long. */
  apply(app: INestApplicationContext, options: Options, say?: (line: string) => void): Promise<Outcome>;
}
