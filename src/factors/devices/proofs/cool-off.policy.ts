/**
 * A new device proves sign-ins at once, but approves no change to factors for a while: whoever slipped it in gains nothing before
 * the owner has seen the notice. A user's first factor is none that could have been slipped in.
 */

export interface CoolingDevice {
  readonly activatedAt: Date;
  readonly isFirst: boolean;
  readonly coolOffHours: number;
}

/** Milliseconds since 1970; null for a device that does not cool off. */
export function coolOffEnd({ activatedAt, isFirst, coolOffHours }: CoolingDevice): number | null {
  return isFirst || coolOffHours === 0 ? null : activatedAt.getTime() + coolOffHours * 3_600_000;
}
