/**
 * A new device can prove sign-ins immediately, but cannot approve factor changes during its cool-off. So a device that
 * an attacker added gains nothing before the owner sees the notice. A user's first factor needs no cool-off.
 */

export interface CoolingDevice {
  readonly activatedAt: Date;
  readonly isFirst: boolean;
  readonly coolOffHours: number;
}

/** End of the cool-off, in milliseconds since 1970. Null: no cool-off. */
export function coolOffEnd({ activatedAt, isFirst, coolOffHours }: CoolingDevice): number | null {
  return isFirst || coolOffHours === 0 ? null : activatedAt.getTime() + coolOffHours * 3_600_000;
}
