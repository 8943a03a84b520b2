/**
 * What shows in questions about numbers whatever the answers are. Pure.
 */

/** Of one hundred numbers that differ in the last two digits only, asked about within as long as a question is kept. */
export const RUN_FROM = 20;

/** One question of which nobody had taken notice. */
export interface Fresh {
  readonly clientId: string;
  readonly isCanary: boolean;
  /** Different numbers of the same hundred: by this client, and by all of the tenant's. */
  readonly ofHundred: { readonly client: number; readonly tenant: number };
}

export interface Sign {
  readonly kind: 'canary_number_asked' | 'numbers_in_a_row';
  /** Null for all clients of the tenant together. */
  readonly clientId: string | null;
}

/** Every touch of a canary, and of each run one sign a turn, however many numbers it goes on by. */
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
