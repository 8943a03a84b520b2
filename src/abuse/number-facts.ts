// What the watch has to know of numbers and may not look up itself: a condition in SQL, from whoever owns the numbers.

export abstract class NumberFacts {
  /** Of a row `asked` with tenant_id, number_index and user_id (empty: anybody): whether that user has confirmed that number by now. */
  abstract readonly isKnown: string;
}
