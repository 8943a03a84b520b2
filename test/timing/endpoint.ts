// What the harness knows of a route: classes of requests that must not be told apart by time. A further route is one more
// file like verify.ts and one more entry in main.ts.
import type pg from 'pg';
import type { Stage } from '../support/stage.js';
import type { Members } from './plan.js';

export interface Asked {
  readonly path: string;
  readonly body: object;
}

/** Requests that are refused, or accepted, for the same reason: one for each member. */
export interface TimedClass {
  readonly name: string;
  readonly requests: readonly Asked[];
}

export interface Classes {
  readonly reference: TimedClass;
  /** Other members of the reference's class. */
  readonly twin: TimedClass;
  readonly others: readonly TimedClass[];
}

/** What is there after a run. */
export interface Aftermath {
  readonly owner: pg.Client;
  readonly stage: Stage;
  readonly classes: Classes;
}

/** A GET that changes nothing. */
export interface NextRequest {
  readonly path: string;
  readonly status: number;
}

export interface Endpoint {
  /** Names the report's files, and chooses this one (`--endpoint`). */
  readonly name: string;
  readonly route: string;
  /** What all classes are compared with: "a wrong code". */
  readonly reference: string;
  /** The status of every answer, whatever the class. */
  readonly status: number;
  prepare(stage: Stage, members: Members): Promise<Classes>;
  /** What other callers do meanwhile. */
  load(stage: Stage, users: number): Promise<Asked[]>;
  /** Where not the answer is timed but the one to a request that follows at once on the same connection: that request. */
  readonly next?: NextRequest;
  /** Remembers the state after the preparation, which `restore` brings back after each block. */
  keep(owner: pg.Client, stage: Stage): Promise<void>;
  restore(owner: pg.Client, stage: Stage): Promise<void>;
  /** What is wrong with the classes after the run: members that were answered for another reason than they stand for. */
  strays(after: Aftermath): Promise<string[]>;
}
