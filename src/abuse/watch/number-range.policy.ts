/** Signs in the queried numbers themselves, independent of the answers. Pure. */

/** Of one hundred numbers that differ in the last two digits only, queried within the time that a question is kept. */
export const RUN_FROM = 20;

/** A question that was not evaluated before. */
export interface Fresh {
  readonly clientId: string;
  readonly isCanary: boolean;
  /** Different numbers of the same hundred, queried by this client and by the tenant's clients. */
  readonly ofHundred: { readonly client: number; readonly tenant: number };
}

export interface Sign {
  readonly kind: 'canary_number_asked' | 'numbers_in_a_row';
  /** Null: all clients of the tenant together. */
  readonly clientId: string | null;
}

/** A sign for each query of a canary. A range gives one sign in a turn, however many numbers were added. */
export function signsIn(fresh: readonly Fresh[]): Sign[] {
  const canaries = fresh.filter(({ isCanary }) => isCanary);
  const runs = fresh.flatMap(({ clientId, ofHundred: { client, tenant } }) => {
    if (client >= RUN_FROM) return [clientId];
    return tenant >= RUN_FROM ? [null] : [];
  });
  return [
    ...canaries.map(({ clientId }) => ({ kind: 'canary_number_asked', clientId }) as const),
    ...[...new Set(runs)].map((clientId) => ({ kind: 'numbers_in_a_row', clientId }) as const),
  ];
}
