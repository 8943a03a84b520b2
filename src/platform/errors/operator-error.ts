/** One sentence for the operator: what is wrong and what to do. Ends the program with status 1. */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
}
