/**
 * A prepared statement with named parameters (`:tenant`, `:now::timestamptz`), for SQL that is built from pieces. A
 * piece names its parameters and need not know how many stand before it.
 */

export interface NamedStatement {
  readonly name: string;
  readonly text: string;
  /** In the order in which they are sent. */
  readonly parameters: readonly string[];
}

export type NamedValues = Readonly<Record<string, unknown>>;

// A colon before a name, but not the second colon of a cast, and not within a word.
const PARAMETER = /(?<![:\w]):([a-z][a-z_]*)/g;

/** Numbers the parameters in order of first appearance. The same name is the same parameter. */
export function named(name: string, text: string): NamedStatement {
  const parameters: string[] = [];
  const numbered = text.replaceAll(PARAMETER, (_all, parameter: string) => {
    if (!parameters.includes(parameter)) parameters.push(parameter);
    return `$${parameters.indexOf(parameter) + 1}`;
  });
  return { name, text: numbered, parameters };
}

/** The values in the statement's order. Throws if one is missing: null is a value, undefined is a bug. */
export function valuesFor({ name, parameters }: NamedStatement, values: NamedValues): unknown[] {
  return parameters.map((parameter) => {
    const value = values[parameter];
    if (value === undefined) throw new Error(`BUG: the statement ${name} was given no ${parameter}`);
    return value;
  });
}
