// What the detector needs to know of numbers and may not read itself: an SQL condition from the owner of the numbers.

export abstract class NumberFacts {
  /**
   * For a row `asked` with tenant_id, number_index and user_id (empty: any user): whether that user has confirmed that
   * number by now.
   */
  abstract readonly isKnown: string;
}
