// Where a request is sent, and which object of the run it names.
import type { ClientName, Model, Party } from '../model.js';

/** At the user's own path; at the path of the thief's user, in the same tenant; with the token of another tenant. */
export type Where = 'here' | 'at another user' | 'in another tenant';
export const WHERE: readonly Where[] = ['here', 'at another user', 'in another tenant'];

/** The owner acts through the application, the thief through the client whose token they stole. */
export const clientOf = (by: Party): ClientName => (by === 'owner' ? 'app' : 'stolen');

export function at(
  { userId, bystander }: Model,
  { by, where }: { by: Party; where: Where },
): { client: ClientName; path: string } {
  return {
    client: where === 'in another tenant' ? 'foreign' : clientOf(by),
    path: `/v1/users/${where === 'at another user' ? bystander.userId : userId}`,
  };
}

/** Every number names one if the list is not empty; null names none. */
export function pick<One>(among: readonly One[], number: number | null): One | null {
  return number === null ? null : (among[number % among.length] ?? null);
}
