// Notifies a device of a waiting challenge. The one transport calls the tenant's backend, which wakes the app by its
// own push service (FCM, APNs). Another transport would be another class.
import type { Push } from './push.policy.js';

/** The URL, set by the operator. */
export interface PushTarget {
  readonly url: string;
  readonly secret: Buffer;
}

export abstract class PushTransport {
  /** True: accepted. False or an error: it may be retried. */
  abstract deliver(push: Push, target: PushTarget): Promise<boolean>;
}
