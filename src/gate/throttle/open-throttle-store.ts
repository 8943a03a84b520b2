import { BlindIndex } from '../../platform/crypto/blind-index.js';
import type { Platform } from '../../platform/platform.module.js';
import type { ThrottleStore } from './limits.js';
import { MemoryThrottleStore } from './memory-throttle-store.js';
import { SharedThrottleStore } from './shared-throttle-store.js';
import { StoreCounter } from './store-counter.js';

/** Counts requests in REDIS_URL, shared by all instances, or in this process. */
export async function openThrottleStore({ settings, clock, keyRing, log }: Platform): Promise<ThrottleStore> {
  const { REDIS_URL: url } = settings;
  const memory = new MemoryThrottleStore(clock);
  if (url === undefined) return memory;
  const { protocol, host, pathname } = new URL(url);
  return SharedThrottleStore.open({
    counter: new StoreCounter(url),
    fallback: memory,
    index: new BlindIndex(keyRing),
    log,
    place: `${protocol}//${host}${pathname}`,
  });
}
