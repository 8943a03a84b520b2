import { serve } from './moved-clock.mjs';

await serve();
