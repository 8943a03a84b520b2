/** A code that was sent to a phone. Alone it looks like an authenticator's: what is asked for tells them apart. */
export interface SentCode {
  readonly sentCode: string;
}
