// The service under attack: the product with a clock that the lab moves. One more message runs the numbering of events
// and the detectors immediately instead of within a second. Thirty days of the lab take minutes. Everything else is
// unchanged.
import { Quarantines } from '../../dist/abuse/quarantine/quarantines.js';
import { EventNumberer } from '../../dist/audit/order/event-numberer.js';
import { Watches } from '../../dist/abuse/watch/watches.js';
import { serve } from '../../test/support/moved-clock.mjs';

/** One round takes 64 tenants. */
await serve({
  look: async ({ app }, rounds) => {
    const numberer = app.get(EventNumberer, { strict: false });
    await numberer.now();
    for (let round = 0; round < rounds; round += 1) await app.get(Watches, { strict: false }).look();
    await numberer.now();
    await app.get(Quarantines, { strict: false }).refresh();
  },
});
