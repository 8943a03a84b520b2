// The service under attack: the product, with a clock that the lab moves and a word on which events are numbered and its watches look at once
// instead of within the second. The lab's thirty days take minutes; nothing else is different.
import { Quarantines } from '../../dist/abuse/quarantine/quarantines.js';
import { EventNumberer } from '../../dist/audit/order/event-numberer.js';
import { Watches } from '../../dist/abuse/watch/watches.js';
import { serve } from '../../test/support/moved-clock.mjs';

/** A round takes 64 tenants. */
await serve({
  look: async ({ app }, rounds) => {
    const numberer = app.get(EventNumberer, { strict: false });
    await numberer.now();
    for (let round = 0; round < rounds; round += 1) await app.get(Watches, { strict: false }).look();
    await numberer.now();
    await app.get(Quarantines, { strict: false }).refresh();
  },
});
