/** A code that was sent to a phone. It looks like an authenticator's: the challenge or enrolment tells them apart. */
export interface SentCode {
  readonly sentCode: string;
}
