// Brings a device the news that something waits for it. One way is there: telling the tenant's backend, which wakes the app by its own
// push service (FCM, APNs). Another would be another class.
import type { Push } from './push.policy.js';

/** Where to, as the tenant's operator has set it. */
export interface PushTarget {
  readonly url: string;
  readonly secret: Buffer;
}

export abstract class PushTransport {
  /** True when it was taken; false or an error means that it may be tried again. */
  abstract deliver(push: Push, target: PushTarget): Promise<boolean>;
}
