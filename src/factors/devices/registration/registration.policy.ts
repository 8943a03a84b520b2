/** What a QR code tells an app that is to register. */

/** Of tickets: 178 random bits, where 112 are asked for (SP 800-63B-4 §3.1.2). */
export const TICKET_PREFIX = 'drt';

export interface RegistrationOffer {
  /** Where to register: the address of this service. */
  readonly issuer: string;
  /** TypeIDs. */
  readonly tenant: string;
  readonly registration: string;
  readonly ticket: string;
  readonly nonce: string;
  /** Of the tenant, for the app to show. */
  readonly name: string;
}

export function registrationUri(offer: RegistrationOffer): string {
  const words = Object.entries(offer).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return `countersign://register?${words.join('&')}`;
}
