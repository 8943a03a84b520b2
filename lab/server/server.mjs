// The service under attack: the product, with a clock that the lab moves and a word on which its watches look at once instead of within the
// second. The lab's thirty days take minutes; nothing else is different.
import { GuessWatch } from '../../dist/abuse/guessing/guess-watch.js';
import { Quarantines } from '../../dist/abuse/quarantine/quarantines.js';
import { LookUpWatch } from '../../dist/abuse/watch/look-up-watch.js';
import { ShapeWatch } from '../../dist/abuse/watch/shape-watch.js';
import { serve } from '../../test/support/moved-clock.mjs';

/** A round takes 64 tenants. */
await serve({
  look: async ({ app }, rounds) => {
    for (let round = 0; round < rounds; round += 1)
      for (const watch of [LookUpWatch, ShapeWatch, GuessWatch]) await app.get(watch, { strict: false }).look();
    await app.get(Quarantines, { strict: false }).refresh();
  },
});
