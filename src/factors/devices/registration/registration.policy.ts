/** The contents of the QR code for the app. */

/** Entropy of tickets: 178 random bits. SP 800-63B-4 §3.1.2 asks for 112. */
export const TICKET_PREFIX = 'drt';

export interface RegistrationOffer {
  /** The URL of this service. */
  readonly issuer: string;
  /** TypeIDs. */
  readonly tenant: string;
  readonly registration: string;
  readonly ticket: string;
  readonly nonce: string;
  /** Name of the tenant, for the app to show. */
  readonly name: string;
}

export function registrationUri(offer: RegistrationOffer): string {
  const words = Object.entries(offer).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return `countersign://register?${words.join('&')}`;
}
