// The description of a route for the harness: classes of requests that must not differ in time. Adding a route? Add a
// file like verify.ts, and an entry in main.ts.
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

/** The state after a run. */
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
  /** Names the report's files, and selects this endpoint (`--endpoint`). */
  readonly name: string;
  readonly route: string;
  /** The class that all others are compared with: "a wrong code". */
  readonly reference: string;
  /** The status of every answer, equal for all classes. */
  readonly status: number;
  prepare(stage: Stage, members: Members): Promise<Classes>;
  /** The requests of other clients during the measurement. */
  load(stage: Stage, users: number): Promise<Asked[]>;
  /** If set, the harness times this following request on the same connection instead of the answer. */
  readonly next?: NextRequest;
  /** Remembers the state after the preparation, which `restore` brings back after each block. */
  keep(owner: pg.Client, stage: Stage): Promise<void>;
  restore(owner: pg.Client, stage: Stage): Promise<void>;
  /** Faults in the classes after the run: members that were answered for another reason than expected. */
  strays(after: Aftermath): Promise<string[]>;
}
